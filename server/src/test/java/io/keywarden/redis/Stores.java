package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.RedisProcess;
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
        RedisStore store = connecting(redis.port());
        Eventually.within(CONNECT_LIMIT, () -> assertThat(store.obstacle()).isEmpty());
        return store;
    }
}
