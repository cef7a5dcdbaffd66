package io.keywarden.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.v1.Durability;
import io.keywarden.admin.v1.Token;
import io.keywarden.chaos.History.Answer;
import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A Redis that forgets: whoever is answered there has to be told, and the revocation has to come back by itself. */
@NeedsRedis7
final class LostWritesIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void snapshotsOnly_killedAfterARevocation_saidNotDurableAndRevokedAgain() {
        try (RedisProcess redis = RedisProcess.started("--save", "3600 1000000", "--appendonly", "no");
                Arena arena = Arena.open(Arena.Plan.on(RedisSettings.local(redis.port()), Guards.ALL, 1, 200))) {
            Subject token = arena.written().get(0);
            assertThat(redis.command("SAVE")).isEqualTo("OK");
            String before = redis.command("GET", token.key());
            Writer.Result revoked = arena.writer().disable(token);
            assertThat(revoked.made()).isTrue();
            assertThat(revoked.confirmed()).as("nothing is on a disk").isFalse();
            assertThat(revoked.detail()).isEqualTo(Durability.UNCONFIRMED.name());

            redis.kill();
            redis.restart();

            Eventually.within(
                    LIMIT, () -> assertThat(redis.command("GET", token.key())).isNotEqualTo(before));
            assertRevoked(arena, token);
        }
    }

    @Test
    void appendOnlyAlways_killedAfterARevocation_saidDurableAndStillRevoked() {
        try (RedisProcess redis = RedisProcess.durable();
                Arena arena = Arena.open(Arena.Plan.on(RedisSettings.local(redis.port()), Guards.ALL, 1, 200))) {
            Subject token = arena.written().get(0);
            Writer.Result revoked = arena.writer().disable(token);
            assertThat(revoked.made()).isTrue();
            assertThat(revoked.confirmed()).isTrue();
            String after = redis.command("GET", token.key());

            redis.kill();
            redis.restart();

            assertThat(redis.command("GET", token.key())).isEqualTo(after);
            assertRevoked(arena, token);
        }
    }

    /** A record that is gone would be denied too. */
    private static void assertRevoked(Arena arena, Subject token) {
        arena.requireLive(LIMIT);
        Eventually.within(LIMIT, () -> assertThat(arena.admin().state(token)).isEqualTo(Token.State.DISABLED));
        Eventually.within(
                Arena.RECOVERY, () -> assertThat(arena.sidecar().answer(token)).isEqualTo(Answer.DENY));
    }
}
