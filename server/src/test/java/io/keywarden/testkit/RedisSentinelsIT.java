package io.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@NeedsRedis7
final class RedisSentinelsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void isolate_masterCutOff_clientsStillReachItAndAnotherIsPromoted() {
        try (RedisSentinels redis = RedisSentinels.start(RedisSentinels.Setup.usual())) {
            RedisNode old = redis.master();
            assertThat(old.command("SET", "k", "before")).isEqualTo("OK");
            // Replication is asynchronous, and either of them may be promoted.
            assertThat(old.command("WAIT", "2", "10000")).isEqualTo("2");

            redis.isolate(old);
            RedisNode now = redis.awaitFailover(old, LIMIT);

            assertThat(old.saysMaster()).as("it knows nothing of it").isTrue();
            assertThat(clientSide(old, "GET", "k")).isEqualTo("before");
            assertThat(now.command("GET", "k")).isEqualTo("before");
            Eventually.within(
                    LIMIT, () -> assertThat(now.command("SET", "k", "after")).isEqualTo("OK"));
            assertThat(old.command("GET", "k")).as("it is stale").isEqualTo("before");

            redis.heal();
            redis.awaitWhole(LIMIT);
            assertThat(old.command("GET", "k")).isEqualTo("after");
        }
    }

    private static String clientSide(RedisNode node, String... words) {
        try (RespConnection connection = RespConnection.to(node.port())) {
            return connection.command(words);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
