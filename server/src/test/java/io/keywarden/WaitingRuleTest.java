package io.keywarden;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.keywarden.check.CheckService;
import io.keywarden.check.WaitsForAFuture;
import org.junit.jupiter.api.Test;

class WaitingRuleTest {
    @Test
    void checksNeverWait_classThatJoinsAFuture_isFound() {
        assertThat(breaks(WaitsForAFuture.class)).isTrue();
        assertThat(breaks(CheckService.class)).isFalse();
    }

    private static boolean breaks(Class<?> type) {
        return ArchitectureTest.CHECKS_NEVER_WAIT
                .evaluate(new ClassFileImporter().importClasses(type))
                .hasViolation();
    }
}
