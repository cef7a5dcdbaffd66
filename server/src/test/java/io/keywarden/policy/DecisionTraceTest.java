package io.keywarden.policy;

import static io.keywarden.testkit.Samples.ACME;
import static io.keywarden.testkit.Samples.LIST_ORDERS;
import static io.keywarden.testkit.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.policy.DecisionTrace.Stage;
import io.keywarden.policy.DecisionTrace.Step;
import io.keywarden.testkit.Samples;
import io.keywarden.token.Action;
import io.keywarden.token.Grant;
import io.keywarden.token.IpAddress;
import io.keywarden.token.IpRanges;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRules;
import io.keywarden.token.Token;
import io.keywarden.token.TokenRules;
import io.keywarden.token.TokenTimes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What an operator is shown of a decision. That it fails where the decision did, the matrix tests. */
class DecisionTraceTest {
    private static final Decision DENIED =
            new Decision.Deny(Reason.PERMISSION_DENIED, Optional.of(proof()), Optional.empty());

    @Test
    void of_provenToken_showsWhatEachStepLookedAt() {
        Map<Stage, Map<String, String>> inputs = inputs(facts(tenant(Set.of()), new Need.Known(LIST_ORDERS)));
        assertThat(inputs.get(Stage.CREDENTIAL))
                .containsExactly(Map.entry("credential", "LIVE"), Map.entry("access", "REQUIRED"));
        assertThat(inputs.get(Stage.SECRET)).containsExactly(Map.entry("secret_number", "2"));
        assertThat(inputs.get(Stage.ROTATION)).isEqualTo(inputs.get(Stage.SECRET));
        assertThat(inputs.get(Stage.TOKEN))
                .containsExactly(Map.entry("token_id", Samples.TOKEN_ID.text()), Map.entry("state", "ACTIVE"));
        assertThat(inputs.get(Stage.TENANT)).containsExactly(Map.entry("tenant", "acme"), Map.entry("active", "true"));
        assertThat(inputs.get(Stage.OWNER))
                .containsExactly(Map.entry("owner", "owner-70"), Map.entry("active", "true"));
        assertThat(inputs.get(Stage.TIME))
                .containsExactly(
                        Map.entry("now", "2026-06-01T12:00:00Z"),
                        Map.entry("not_before_time", "2026-06-01T11:59:00Z"),
                        Map.entry("expire_time", "none"),
                        Map.entry("max_lifetime_end", "2026-06-02T11:59:00Z"));
        assertThat(inputs.get(Stage.REQUEST_TENANT)).containsExactly(Map.entry("request_tenant", "acme"));
        assertThat(inputs.get(Stage.CLIENT))
                .containsExactly(Map.entry("client", "client-7"), Map.entry("allowed", "[client-7, client-8]"));
        assertThat(inputs.get(Stage.ADDRESS))
                .containsExactly(Map.entry("address", "192.0.2.7"), Map.entry("allowed", "any"));
        assertThat(inputs.get(Stage.COUNTRY)).containsExactly(Map.entry("country", "unknown"));
        assertThat(inputs.get(Stage.OPERATION))
                .containsExactly(
                        Map.entry("operation", "orders.list"),
                        Map.entry("action", "READ"),
                        Map.entry("restricted", "OPEN"));
        assertThat(inputs.get(Stage.RIGHTS)).containsExactly(Map.entry("grants", "2"));
        assertThat(inputs.get(Stage.OWNER_RIGHTS)).containsExactly(Map.entry("grants", "1"));
    }

    @Test
    void of_nothingProven_showsNothingOfTheToken() {
        Map<Stage, Map<String, String>> inputs =
                inputs(Facts.unproven(CredentialOutcome.WRONG, Optional.empty(), Access.OPTIONAL, NOW));
        assertThat(inputs.get(Stage.CREDENTIAL)).containsEntry("access", "OPTIONAL");
        inputs.remove(Stage.CREDENTIAL);
        assertThat(inputs.values()).allMatch(Map::isEmpty);
    }

    @Test
    void of_tenantThatIsGone_saysSoAndNothingOfWhatWasNotReached() {
        Facts.Proven proven = new Facts.Proven(Samples.activeToken(), 1, Optional.empty(), Optional.empty());
        Map<Stage, Map<String, String>> inputs = inputs(new Facts(
                CredentialOutcome.LIVE,
                Optional.of(proven),
                Optional.empty(),
                Facts.Request.of(Access.REQUIRED, new Need.Known(LIST_ORDERS)),
                NOW));
        assertThat(inputs.get(Stage.TENANT)).containsExactly(Map.entry("tenant", "none"));
        for (Stage stage : Stage.values()) {
            assertThat(inputs.getOrDefault(stage, Map.of()).isEmpty())
                    .as("%s", stage)
                    .isEqualTo(stage.compareTo(Stage.TENANT) > 0);
        }
    }

    @Test
    void of_catalogThatCannotBeRead_saysWhy() {
        Need untold = new Need.CannotTell(new Decision.CannotTell(Reason.STORE_UNAVAILABLE, "detail"));
        Map<Stage, Map<String, String>> inputs = inputs(facts(tenant(Set.of()), untold));
        assertThat(inputs.get(Stage.OPERATION)).containsExactly(Map.entry("operation", "not read: STORE_UNAVAILABLE"));
        assertThat(inputs.get(Stage.OWNER_RIGHTS)).isEmpty();
    }

    @Test
    void missing_deniedForWantOfARight_isTheSmallestThatTheTenantAllows() {
        Need list = new Need.Known(LIST_ORDERS);
        Optional<Grant> right = Optional.of(new Grant.OfOperation(LIST_ORDERS.uid()));
        assertThat(DecisionTrace.missing(facts(tenant(Set.of()), list), DENIED)).isEqualTo(right);
        assertThat(DecisionTrace.missing(facts(tenant(Set.of(Action.READ)), list), DENIED))
                .isEqualTo(right);
        assertThat(DecisionTrace.missing(facts(tenant(Set.of(Action.EDIT)), list), DENIED))
                .isEmpty();
        assertThat(DecisionTrace.missing(facts(tenant(Set.of()), new Need.Unknown()), DENIED))
                .isEmpty();
        Decision expired = new Decision.Deny(Reason.EXPIRED, Optional.of(proof()), Optional.empty());
        assertThat(DecisionTrace.missing(facts(tenant(Set.of()), list), expired))
                .isEmpty();
    }

    private static Map<Stage, Map<String, String>> inputs(Facts facts) {
        return DecisionTrace.of(facts, PolicyEvaluator.evaluate(facts)).stream()
                .collect(Collectors.toMap(Step::stage, Step::inputs));
    }

    private static Decision.Proven proof() {
        return new Decision.Proven(Samples.activeToken(), Optional.of("acme"));
    }

    private static Facts facts(Tenant tenant, Need need) {
        Token token = Samples.withRules(
                Samples.withTimes(
                        Samples.activeToken(Samples.mayRead(), new Grant.OfOperation(LIST_ORDERS.uid())),
                        new TokenTimes(
                                NOW.minusSeconds(60),
                                Optional.of(NOW.minusSeconds(60)),
                                Optional.empty(),
                                Optional.empty())),
                new TokenRules(
                        Optional.of(new TokenRules.OwnerRef(Samples.uid(70), 0)),
                        0,
                        Set.of("client-8", "client-7"),
                        IpRanges.EMPTY,
                        Set.of(),
                        ""));
        return new Facts(
                CredentialOutcome.LIVE,
                Optional.of(new Facts.Proven(
                        token, 2, Optional.of(tenant), Optional.of(Samples.owner(70, ACME, Samples.mayRead())))),
                Optional.of(ACME),
                new Facts.Request(
                        Access.REQUIRED, need, Optional.of("client-7"), IpAddress.parse("192.0.2.7"), Optional.empty()),
                NOW);
    }

    private static Tenant tenant(Set<Action> allowed) {
        return Samples.withRules(
                ACME,
                new TenantRules(
                        0,
                        Optional.of(Duration.ofDays(1)),
                        allowed,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        List.of(),
                        false,
                        "normal",
                        Duration.ZERO));
    }
}
