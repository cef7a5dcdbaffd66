package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.keywarden.check.Explaining.Explanation;
import io.keywarden.policy.Decision;
import io.keywarden.policy.DecisionTrace.Stage;
import io.keywarden.policy.DecisionTrace.Step;
import io.keywarden.policy.DecisionTrace.Verdict;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.FakeCheckReader.Read;
import io.keywarden.testkit.Samples;
import io.keywarden.token.Grant;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplainingTest {
    private final CheckWorld world = new CheckWorld();
    private final Explaining explaining = new Explaining(
            world.reader,
            world.needs.keys(),
            CheckSettings.DEFAULT,
            InstantSource.fixed(Samples.NOW),
            Duration.ofSeconds(2));

    @Test
    void explain_credentialInTheRequest_isProvenAsInACheck() {
        Explanation explanation = explain(world.orders(), Optional.empty());
        assertThat(explanation.decision()).isInstanceOf(Decision.Allow.class);
        assertThat(explanation.steps()).allMatch(step -> step.verdict() == Verdict.PASSED);
        assertThat(explain(world.ordersWithWrongSecret(), Optional.empty()).steps())
                .filteredOn(step -> step.verdict() == Verdict.FAILED)
                .extracting(Step::stage)
                .containsExactly(Stage.SECRET);
        assertThat(world.observed).isEmpty();
    }

    @Test
    void explain_tokenInsteadOfASecret_isTakenForProven() {
        Explanation explanation = explain(CheckWorld.ordersOfNobody(), Optional.of(world.id));
        assertThat(explanation.decision()).isInstanceOf(Decision.Allow.class);
        assertThat(explain(CheckWorld.ordersOfNobody(), Optional.empty()).decision())
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.reason()).isEqualTo(Reason.MISSING_CREDENTIAL));
    }

    @Test
    void explain_unknownToken_isNothing() {
        assertThat(explaining.explain(
                        bytes(CheckWorld.ordersOfNobody()), Optional.of(new TokenId("a1Z0123456789ABCDEF0123456"))))
                .isCompletedWithValue(Optional.empty());
    }

    @Test
    void explain_missingRight_namesTheSmallestThatWouldDo() {
        Explanation explanation = explain(CheckWorld.ordersOfNobody().setMethod("POST"), Optional.of(world.id));
        assertThat(explanation.missing()).contains(new Grant.OfOperation(Samples.CREATE_ORDER.uid()));
        assertThat(explanation.steps())
                .filteredOn(step -> step.verdict() == Verdict.NOT_REACHED)
                .extracting(Step::stage)
                .containsExactly(Stage.OWNER_RIGHTS);
        world.put(Samples.with(Samples.activeToken(), TokenState.REVOKED));
        assertThat(explain(CheckWorld.ordersOfNobody(), Optional.of(world.id)).missing())
                .isEmpty();
    }

    @Test
    void explain_storeAway_cannotTellAndHasNoSteps() {
        world.reader.cannotTellIn(Read.TENANT, Reason.STALE_STATE);
        Explanation explanation = explain(world.orders(), Optional.empty());
        assertThat(explanation.decision())
                .isInstanceOfSatisfying(
                        Decision.CannotTell.class,
                        unknown -> assertThat(unknown.reason()).isEqualTo(Reason.STALE_STATE));
        assertThat(explanation.steps()).isEmpty();
    }

    @Test
    void explain_secret_isInNoText() {
        String text = explain(world.orders(), Optional.empty()).toString();
        assertThat(text).doesNotContain(world.text).contains(world.id.text());
    }

    @Test
    void explain_otherBytes_areRefused() {
        assertThatThrownBy(() -> explaining.explain("no message".getBytes(StandardCharsets.UTF_8), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Explanation explain(AttributeContext.HttpRequest.Builder http, Optional<TokenId> as) {
        return explaining.explain(bytes(http), as).toCompletableFuture().join().orElseThrow();
    }

    private static byte[] bytes(AttributeContext.HttpRequest.Builder http) {
        return CheckRequests.of(http).toByteArray();
    }
}
