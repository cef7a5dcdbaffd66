package io.keywarden.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@NeedsRedis7
final class StandaloneFaultsIT {
    @Test
    void noFault() {
        try (RedisProcess redis = RedisProcess.durable();
                Arena arena = Arena.open(Arena.Plan.on(RedisSettings.local(redis.port()), Guards.ALL, 4, 300))) {
            arena.load().cycle(true);
            Load.pause(Duration.ofSeconds(4));
            Findings findings = arena.findings(200, 3);
            System.out.println(findings);
            assertThat(findings.isClean()).isTrue();
        }
    }

    @Test
    void kill() {
        try (RedisProcess redis = RedisProcess.durable();
                Arena arena = Arena.open(Arena.Plan.on(RedisSettings.local(redis.port()), Guards.ALL, 4, 300))) {
            arena.load().cycle(true);
            Load.pause(Duration.ofSeconds(2));
            arena.fault("kill", redis::kill, Duration.ofMillis(1500), redis::restart);
            arena.settle();
            Findings findings = arena.findings(200, 3);
            System.out.println(findings);
            assertThat(findings.isClean()).isTrue();
        }
    }
}
