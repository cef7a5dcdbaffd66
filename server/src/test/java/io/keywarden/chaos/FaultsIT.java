package io.keywarden.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.testkit.NeedsRedis7;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With {@code -Dkeywarden.chaos.all=true} all faults, else some. */
@NeedsRedis7
final class FaultsIT {
    static List<Scenario> scenarios() {
        return Scenarios.ofThisBuild();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void promise_throughAFault_held(Scenario scenario) throws Exception {
        Findings findings = scenario.proof().run(Scale.SHORT);
        System.out.println(findings.row(scenario.name()));
        assertThat(findings.violations()).isEmpty();
        assertThat(findings.voids()).isEmpty();
    }
}
