package io.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RedisProcessIT {
    @RegisterExtension
    static final RedisExtension SHARED = new RedisExtension();

    @Test
    void command_onTheSharedServer_answered() {
        assertThat(SHARED.redis().command("SET", "k", "v w")).isEqualTo("OK");
        assertThat(SHARED.redis().command("GET", "k")).isEqualTo("v w");
        assertThat(SHARED.redis().command("GET", "none")).isEqualTo("(nil)");
    }

    @Test
    void restart_durableServerKilled_keepsPortAndData() {
        try (RedisProcess redis = RedisProcess.durable()) {
            int port = redis.port();
            assertThat(redis.command("SET", "k", "v")).isEqualTo("OK");

            redis.kill();
            redis.restart();

            assertThat(redis.port()).isEqualTo(port);
            assertThat(redis.command("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void restart_serverInMemory_comesBackEmpty() {
        try (RedisProcess redis = RedisProcess.inMemory()) {
            assertThat(redis.command("SET", "k", "v")).isEqualTo("OK");

            redis.restart();

            assertThat(redis.command("GET", "k")).isEqualTo("(nil)");
        }
    }

    @Test
    @NeedsRedis7
    void command_onRedis7_knowsFunctions() {
        assertThat(SHARED.redis().command("FUNCTION", "STATS")).contains("engines");
    }
}
