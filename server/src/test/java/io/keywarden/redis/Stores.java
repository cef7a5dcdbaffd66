package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.RedisCluster;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.RedisSentinels;
import java.time.Duration;

/** Stores on Redis for tests. */
final class Stores {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private Stores() {}

    /** A store that begins to connect. */
    static RedisStore connecting(int port) {
        return RedisStore.connect(RedisSettings.local(port), () -> 1, RedisObserver.NONE);
    }

    /** A store that is connected. */
    static RedisStore connected(RedisProcess redis) {
        return connected(connecting(redis.port()));
    }

    /** A store on the master of Sentinels, which wants that many replicas to confirm a write. */
    static RedisStore connected(RedisSentinels sentinels, int replicas) {
        return connected(RedisStore.connect(
                RedisSettings.sentinel(RedisSentinels.NAME, sentinels.sentinelPorts()),
                () -> replicas,
                RedisObserver.NONE));
    }

    /** A store on a cluster, which wants that many replicas to confirm a write. */
    static RedisStore connected(RedisCluster cluster, int replicas) {
        return connected(RedisStore.connect(
                RedisSettings.cluster(cluster.ports().subList(0, 2)), () -> replicas, RedisObserver.NONE));
    }

    private static RedisStore connected(RedisStore store) {
        Eventually.within(CONNECT_LIMIT, () -> assertThat(store.obstacle()).isEmpty());
        return store;
    }
}
