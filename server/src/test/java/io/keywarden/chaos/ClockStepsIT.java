package io.keywarden.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.cache.SteadyClock;
import io.keywarden.chaos.History.Answer;
import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A wall clock that somebody sets while tokens end, seen through the whole check. */
@NeedsRedis7
final class ClockStepsIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final AtomicReference<Duration> step = new AtomicReference<>(Duration.ZERO);
    private final InstantSource wall = () -> Instant.now().plus(step.get());
    private final SteadyClock clock = new SteadyClock(wall, System::nanoTime);

    @Test
    void expiredToken_clockSetBack_staysExpired() throws Exception {
        try (RedisProcess redis = RedisProcess.durable();
                Arena arena = Arena.open(Arena.Plan.on(RedisSettings.local(redis.port()), Guards.ALL, 1, 50))) {
            Subject token = arena.expiring(Instant.now().plus(SOON));
            Sidecar sidecar = arena.sidecarWith(clock);
            assertThat(sidecar.answer(token)).isEqualTo(Answer.ALLOW);

            step.set(SOON.plusSeconds(1));
            assertThat(sidecar.answer(token)).as("its end has come").isEqualTo(Answer.DENY);
            step.set(Duration.ofHours(-5));
            assertThat(sidecar.answer(token)).as("set back by hours").isEqualTo(Answer.DENY);
            assertThat(clock.behind()).isGreaterThan(Duration.ofHours(4));
        }
    }

    @Test
    void tokenOfLater_clockSetForthAndBack_allowedFromThenOn() throws Exception {
        try (RedisProcess redis = RedisProcess.durable();
                Arena arena = Arena.open(Arena.Plan.on(RedisSettings.local(redis.port()), Guards.ALL, 1, 50))) {
            Subject token = arena.beginning(Instant.now().plus(SOON));
            Sidecar sidecar = arena.sidecarWith(clock);
            assertThat(sidecar.answer(token)).as("its time has not come").isEqualTo(Answer.DENY);
            step.set(Duration.ofHours(-5));
            assertThat(sidecar.answer(token)).as("set back by hours").isEqualTo(Answer.DENY);

            step.set(SOON.plusSeconds(1));
            assertThat(sidecar.answer(token)).as("its time has come").isEqualTo(Answer.ALLOW);
            step.set(Duration.ofHours(-5));
            assertThat(sidecar.answer(token)).as("what has come does not go").isEqualTo(Answer.ALLOW);
        }
    }
}
