package io.keywarden.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.chaos.History.Answer;
import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.store.Aliases;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisCluster;
import io.keywarden.testkit.RedisNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was not there when it was looked for, and comes to be where its slot has moved to: nobody pushes that. */
@NeedsRedis7
final class SlotMoveIT {
    private static final String TENANT = "late";
    private static final String HOST = TENANT + ".chaos.example";

    @Test
    void knownMiss_slotMovedAndThenCreated_foundInTime() throws Exception {
        RedisCluster.Setup setup =
                new RedisCluster.Setup(0, Duration.ofSeconds(5), 0, List.of("--save", "", "--appendonly", "yes"));
        try (RedisCluster redis = RedisCluster.start(setup);
                Arena arena = Arena.open(Arena.Plan.on(RedisSettings.cluster(redis.ports()), Guards.ALL, 1, 50))) {
            String key = new Aliases(arena.identity().tagKeys())
                    .key(AliasRecord.Namespace.HOST, HOST)
                    .text();
            int slot = redis.slot(key);
            RedisNode from = redis.owner(slot, redis.nodes().get(0));
            RedisNode to = redis.masters().stream()
                    .filter(node -> node != from)
                    .findFirst()
                    .orElseThrow();
            Subject elsewhere = Subject.of("at a host that is nobody's", "Bearer none", HOST);
            assertThat(arena.sidecar().answer(elsewhere)).isEqualTo(Answer.DENY);

            redis.moveSlot(slot, from, to);
            Subject late = arena.makeTenant(TENANT);

            Eventually.within(
                    Arena.LEASE.plusSeconds(2),
                    () -> assertThat(arena.sidecar().answer(late)).isEqualTo(Answer.ALLOW));
            arena.requireLive(Duration.ofSeconds(5));
        }
    }
}
