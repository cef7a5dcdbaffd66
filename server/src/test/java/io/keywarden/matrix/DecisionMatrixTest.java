package io.keywarden.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.keywarden.matrix.Case.Asks;
import io.keywarden.matrix.Case.Credential;
import io.keywarden.matrix.Case.Host;
import io.keywarden.matrix.Case.Needs;
import io.keywarden.matrix.Case.OwnerIs;
import io.keywarden.matrix.Case.Place;
import io.keywarden.matrix.Case.ShadowOver;
import io.keywarden.matrix.Case.TenantIs;
import io.keywarden.matrix.Case.Time;
import io.keywarden.matrix.Case.TokenIs;
import io.keywarden.policy.DecisionTrace;
import io.keywarden.policy.Reason;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every state of token, secret, owner, tenant, place, right and shadow, decided twice. */
class DecisionMatrixTest {
    /** What only the store, and nothing in these cases, can be the reason for. */
    private static final Set<String> OF_THE_STORE = Set.of("STALE_STATE", "RECORD_TAMPERED");

    /** {@code -Dkeywarden.matrix.every=NUMBER}: one of so many cases, for who asks often. */
    private static final int EVERY = Integer.getInteger("keywarden.matrix.every", 1);

    @Test
    void evaluate_everyCase_isWhatTheModelSays() {
        Set<String> seen = new HashSet<>();
        long[] cases = {0};
        cases().filter(one -> cases[0]++ % EVERY == 0).forEach(one -> {
            String expected = NaiveModel.decide(one);
            seen.add(expected);
            if (!Deciding.decide(one).equals(expected)) {
                assertThat(Deciding.decide(one)).as("%s", one).isEqualTo(expected);
            }
        });
        assertThat(cases[0]).isGreaterThan(1_000_000);
        Set<String> reasons = seen.stream()
                .map(answer -> answer.substring(answer.lastIndexOf(' ') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        for (Reason reason : Reason.values()) {
            assertThat(reasons.contains(reason.name()) || OF_THE_STORE.contains(reason.name()))
                    .as("%s is an answer", reason)
                    .isTrue();
        }
    }

    /** Some of the cases: what is told has to name the reason that was decided. */
    @Test
    void trace_everyKindOfCase_failsWhereTheDecisionDid() {
        int[] cases = {0};
        Set<String> failed = new HashSet<>();
        cases().filter(one -> cases[0]++ % 11 == 0).forEach(one -> {
            String answer = Deciding.decide(one);
            String stage = Deciding.failedStage(one);
            boolean plain = answer.equals("ALLOW token") || answer.equals("ALLOW nobody");
            assertThat(stage.isEmpty()).as("%s %s", one, answer).isEqualTo(plain);
            if (!plain) {
                assertThat(stage).as("%s", one).contains(answer.substring(answer.lastIndexOf(' ') + 1));
                failed.add(stage);
            }
        });
        assertThat(failed).hasSize(DecisionTrace.Stage.values().length);
    }

    @Test
    void model_always_knowsNothingOfThePolicy() {
        ArchRuleDefinition.noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are of the policy",
                        (JavaClass other) -> other.getPackageName().startsWith("io.keywarden.policy")))
                .check(new ClassFileImporter().importClasses(NaiveModel.class, Case.class));
    }

    private static Stream<Case> cases() {
        return Stream.concat(proven(), unproven());
    }

    /** Nothing is known of the token then. */
    private static Stream<Case> unproven() {
        return Stream.of(Credential.values())
                .filter(credential -> credential != Credential.LIVE && credential != Credential.ENDED)
                .flatMap(credential -> Stream.of(TenantIs.values())
                        .flatMap(tenant -> of(new Case(
                                credential,
                                TokenIs.ACTIVE,
                                tenant,
                                OwnerIs.NOBODY,
                                Time.NOW,
                                Host.OWN,
                                Place.ANYWHERE,
                                Needs.GRANTED,
                                Asks.REQUIRED,
                                ShadowOver.NOTHING))));
    }

    private static Stream<Case> proven() {
        return Stream.of(Credential.LIVE, Credential.ENDED)
                .flatMap(credential -> Stream.of(TokenIs.values())
                        .flatMap(token -> Stream.of(TenantIs.values())
                                .flatMap(tenant -> Stream.of(OwnerIs.values())
                                        .flatMap(owner -> Stream.of(Time.values())
                                                .flatMap(time -> of(new Case(
                                                        credential,
                                                        token,
                                                        tenant,
                                                        owner,
                                                        time,
                                                        Host.OWN,
                                                        Place.ANYWHERE,
                                                        Needs.GRANTED,
                                                        Asks.REQUIRED,
                                                        ShadowOver.NOTHING)))))));
    }

    /** All that a request can be like. */
    private static Stream<Case> of(Case state) {
        return Stream.of(Host.values())
                .flatMap(host -> Stream.of(Place.values())
                        .flatMap(place -> Stream.of(Needs.values())
                                .flatMap(need -> Stream.of(Asks.values())
                                        .flatMap(access -> Stream.of(ShadowOver.values())
                                                .map(shadow -> new Case(
                                                        state.credential(),
                                                        state.token(),
                                                        state.tenant(),
                                                        state.owner(),
                                                        state.time(),
                                                        host,
                                                        place,
                                                        need,
                                                        access,
                                                        shadow))))));
    }
}
