package io.keywarden.envoy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.Replica;
import io.keywarden.envoy.requirements.Requirement;
import io.keywarden.envoy.requirements.Requirement.Side;
import io.keywarden.testkit.NeedsRedis7;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many rotations under load, with three replicas. With {@code -Dkeywarden.rotations=10000} it is the long form. */
@NeedsRedis7
final class RotationStormIT {
    private static final int ROTATIONS = Integer.getInteger("keywarden.rotations", 200);
    private static final int TOKENS = Math.min(100, ROTATIONS / 2);
    private static final Duration LIMIT = Duration.ofSeconds(60 + ROTATIONS / 5);

    @Test
    @Requirement(
            value = 18,
            side = {Side.ALLOWS, Side.REFUSES})
    void rotate_underLoad_nobodyIsDeniedOrAllowedWrongly() throws InterruptedException {
        StormTally tally = new StormTally();
        try (Deployment deployment = Deployment.overTcp();
                Replica second = deployment.replica(deployment.checkKeys());
                Replica third = deployment.replica(deployment.checkKeys());
                RotationStorm storm = new RotationStorm(
                        deployment.admin(),
                        List.of(deployment.gateway(), second.gateway(), third.gateway()),
                        tally,
                        ROTATIONS)) {
            boolean over = storm.run(TOKENS, LIMIT);
            System.out.println(tally);
            assertThat(tally.broken()).isEmpty();
            assertThat(over).as("over within %s", LIMIT).isTrue();
        }
        assertThat(tally.deniedWrongly()).isEmpty();
        assertThat(tally.allowedWrongly()).isEmpty();
        assertThat(tally.toldWrongly()).isEmpty();
        assertThat(tally.rotations()).isEqualTo(ROTATIONS);
        // What could not be told proves nothing, and neither does what came late: most of it has to be told.
        assertThat(tally.told()).isGreaterThan(9 * ROTATIONS);
        assertThat(tally.errors() + tally.lateAnswers()).isLessThan(tally.told() / 20);
    }
}
