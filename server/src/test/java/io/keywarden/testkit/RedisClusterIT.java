package io.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@NeedsRedis7
final class RedisClusterIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void isolate_masterCutOff_itsReplicaTakesTheSlots() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual())) {
            int slot = redis.slot("k");
            RedisNode old = redis.owner(slot, redis.nodes().get(0));
            assertThat(old.command("SET", "k", "v")).isEqualTo("OK");
            assertThat(redis.replicasOf(old)).hasSize(1);

            redis.isolate(old, List.of());
            RedisNode now = redis.awaitFailover(old, slot, LIMIT);
            assertThat(now.command("GET", "k")).isEqualTo("v");

            redis.heal();
            redis.awaitWhole(LIMIT);
            assertThat(old.saysMaster()).isFalse();
        }
    }

    @Test
    void moveSlot_withAKey_theKeyGoesAlong() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual())) {
            int slot = redis.slot("k");
            RedisNode from = redis.owner(slot, redis.nodes().get(0));
            RedisNode to = redis.masters().stream()
                    .filter(node -> node != from)
                    .findFirst()
                    .orElseThrow();
            assertThat(from.command("SET", "k", "v")).isEqualTo("OK");

            redis.moveSlot(slot, from, to);

            assertThat(from.command("GET", "k")).startsWith("MOVED " + slot);
            assertThat(to.command("GET", "k")).isEqualTo("v");
        }
    }
}
