package io.keywarden.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.testkit.NeedsRedis7;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With {@code -Dkeywarden.chaos.all=true} all faults, else some. */
@NeedsRedis7
final class FaultsIT {
    private static final int MOST_TRIES = 3;

    static List<Scenario> scenarios() {
        return Scenarios.ofThisBuild();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void promise_throughAFault_held(Scenario scenario) throws Exception {
        Findings findings = run(scenario);
        for (int tries = 1; saysTooLittle(findings) && tries < MOST_TRIES; tries++) {
            findings = run(scenario);
        }
        assertThat(findings.violations()).isEmpty();
        assertThat(findings.voids()).isEmpty();
    }

    private static Findings run(Scenario scenario) throws Exception {
        Findings findings = scenario.proof().run(Scale.SHORT);
        System.out.println(findings.row(scenario.name()));
        return findings;
    }

    /** The machine was too slow for a moment, so that the run proves nothing. What is violated is not tried again. */
    private static boolean saysTooLittle(Findings findings) {
        return findings.violations().isEmpty()
                && findings.voids().size() == 1
                && findings.checks().perSecond() < Scale.SHORT.leastRate();
    }
}
