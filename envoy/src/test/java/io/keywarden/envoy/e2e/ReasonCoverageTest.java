package io.keywarden.envoy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.products.BoberdooStoryIT;
import io.keywarden.envoy.products.BoostStoryIT;
import io.keywarden.envoy.products.BrynqStoryIT;
import io.keywarden.policy.Reason;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No reason without a test that has seen it through Envoy. */
final class ReasonCoverageTest {

    @Test
    void reasons_allOfThem_seenThroughEnvoy() {
        Set<Reason> seen = Stream.of(
                        ReasonsIT.class,
                        TokenReasonsIT.class,
                        StoreReasonsIT.class,
                        BoostStoryIT.class,
                        BoberdooStoryIT.class,
                        BrynqStoryIT.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .flatMap(method -> Stream.of(method.getAnnotationsByType(Answers.class)))
                .map(Answers::value)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Reason.class)));

        assertThat(seen)
                .as("tests with @Answers (expected: one for each constant of Reason)")
                .containsExactlyInAnyOrder(Reason.values());
    }
}
