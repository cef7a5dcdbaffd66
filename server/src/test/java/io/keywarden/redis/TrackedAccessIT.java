package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.store.v1.TokenRecord.State;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisCluster;
import io.keywarden.testkit.RedisNode;
import io.keywarden.testkit.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the user of a replica that only checks has to be allowed, which the documentation says too. */
@NeedsRedis7
class TrackedAccessIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String KEYS = "resetkeys %R~kw:r:* ~kw:b:* ~kw:y:* -@all";
    private static final String EVERYWHERE =
            "+get +set +pexpire +time +info +client|tracking +client|trackinginfo +hello";
    private static final String STANDALONE = EVERYWHERE + " +unlink";
    private static final String CLUSTER = EVERYWHERE + " +wait +cluster|nodes";

    private final TrackedWorld world = new TrackedWorld();

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void standalone_leastRights_readsAndIsPushed() {
        try (RedisProcess redis = RedisProcess.inMemory()) {
            assertThat(redis.command(user(STANDALONE))).isEqualTo("OK");
            world.found(redis.port())
                    .start(settings(new RedisSettings.Location.Standalone(RedisSettings.Address.parse(redis.uri()))));

            awaitState("ACTIVE");
            world.write(redis.port(), 2, State.REVOKED);
            awaitState("REVOKED");
        }
    }

    @Test
    void cluster_leastRights_reads() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual())) {
            for (RedisNode node : redis.nodes()) {
                assertThat(node.command(user(CLUSTER))).isEqualTo("OK");
            }
            RedisNode any = redis.nodes().get(0);
            world.hand(redis.owner(redis.slot("{store}"), any).port())
                    .set(io.keywarden.store.RecordKey.STORE, world.marker(1, Duration.ofSeconds(1), 1));
            world.write(
                    redis.owner(redis.slot("{" + world.id.slot().text() + "}"), any)
                            .port(),
                    1,
                    State.ACTIVE);
            world.start(settings(new RedisSettings.Location.Cluster(
                    List.of(new RedisSettings.Address("127.0.0.1", any.port(), false)))));

            awaitState("ACTIVE");
        }
    }

    private static RedisSettings settings(RedisSettings.Location location) {
        return new RedisSettings(
                location,
                Optional.empty(),
                Optional.of("checker"),
                Optional.of(new RedisPassword("geheim".toCharArray())),
                Duration.ofSeconds(1),
                RedisSettings.Minimum.REDIS_7_0);
    }

    private static String[] user(String commands) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", "checker", "on", ">geheim"));
        words.addAll(Arrays.asList((KEYS + " " + commands).split(" ")));
        return words.toArray(String[]::new);
    }

    private void awaitState(String state) {
        Eventually.within(LIMIT, () -> assertThat(world.state()).isEqualTo(state));
    }
}
