package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.keywarden.policy.Decision;
import io.keywarden.policy.DecisionTrace.Stage;
import io.keywarden.policy.DecisionTrace.Step;
import io.keywarden.policy.DecisionTrace.Verdict;
import io.keywarden.policy.Explainer;
import io.keywarden.policy.Explainer.Described;
import io.keywarden.policy.Explainer.Explained;
import io.keywarden.policy.Explainer.Header;
import io.keywarden.policy.Explainer.OfEnvoy;
import io.keywarden.policy.PathTemplate;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.FakeCheckReader.Read;
import io.keywarden.testkit.Samples;
import io.keywarden.token.Grant;
import io.keywarden.token.IpAddress;
import io.keywarden.token.TenantRules;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplainingTest {
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.7").orElseThrow();

    private final CheckWorld world = new CheckWorld();
    private final Explaining explaining = new Explaining(
            world.reader,
            world.needs.keys(),
            CheckSettings.DEFAULT,
            InstantSource.fixed(Samples.NOW),
            Duration.ofSeconds(2));

    @Test
    void explain_credentialInTheRequest_isProvenAsInACheck() {
        Explained explanation = explain(world.orders(), Optional.empty());
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
        Explained explanation = explain(CheckWorld.ordersOfNobody(), Optional.of(world.id));
        assertThat(explanation.decision()).isInstanceOf(Decision.Allow.class);
        assertThat(explain(CheckWorld.ordersOfNobody(), Optional.empty()).decision())
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.reason()).isEqualTo(Reason.MISSING_CREDENTIAL));
    }

    @Test
    void explain_unknownToken_provesNothing() {
        Explained explained =
                explain(CheckWorld.ordersOfNobody(), Optional.of(new TokenId("a1Z0123456789ABCDEF0123456")));
        assertThat(explained.decision())
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.reason()).isEqualTo(Reason.INVALID_CREDENTIAL));
    }

    @Test
    void explain_openPath_isOpenForATokenToo() {
        world.put(Samples.withRules(
                Samples.ACME,
                new TenantRules(
                        0,
                        Optional.empty(),
                        Set.of(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        List.of(PathTemplate.parse("/open").openPath(Set.of("GET"))),
                        false,
                        "normal",
                        Duration.ZERO)));
        Explained explained = explain(CheckRequests.http("GET", "/open"), Optional.of(world.id));
        assertThat(explained.decision())
                .isInstanceOfSatisfying(
                        Decision.Allow.class,
                        allow -> assertThat(allow.identity()).isEmpty());
    }

    @Test
    void explain_missingRight_namesTheSmallestThatWouldDo() {
        Explained explanation = explain(CheckWorld.ordersOfNobody().setMethod("POST"), Optional.of(world.id));
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
        Explained explanation = explain(world.orders(), Optional.empty());
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
    void explain_otherJson_isRefusedAndNotRepeated() {
        assertThatThrownBy(() -> explaining.explain(new OfEnvoy("{\"attributes\": \"s3cret\"}"), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }

    @Test
    void explain_fieldsOfANewerEnvoy_arePassedOver() {
        String json = json(world.orders()).replaceFirst("\\{", "{\"newer\": [1],");
        assertThat(join(new OfEnvoy(json), Optional.empty()).decision()).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void explain_describedRequest_isReadAsEnvoysIs() {
        Explained explained = join(described("GET", "Authorization", "Bearer " + world.text), Optional.empty());
        assertThat(explained.decision()).isInstanceOf(Decision.Allow.class);
        assertThat(explained.facts().orElseThrow().request().address()).contains(CLIENT);
        assertThat(join(described("POST", "authorization", "Bearer " + world.text), Optional.empty())
                        .missing())
                .contains(new Grant.OfOperation(Samples.CREATE_ORDER.uid()));
    }

    @Test
    void explain_age_isTheViews() {
        world.reader.age = Duration.ofSeconds(7);
        assertThat(explain(world.orders(), Optional.empty()).age()).isEqualTo(Duration.ofSeconds(7));
    }

    private static Described described(String method, String header, String value) {
        return new Described(
                method, "api.example", "/v1/orders", List.of(new Header(header, value)), Optional.of(CLIENT), Map.of());
    }

    private Explained explain(AttributeContext.HttpRequest.Builder http, Optional<TokenId> as) {
        return join(new OfEnvoy(json(http)), as);
    }

    private Explained join(Explainer.Request request, Optional<TokenId> as) {
        return explaining.explain(request, as).toCompletableFuture().join();
    }

    private static String json(AttributeContext.HttpRequest.Builder http) {
        try {
            return JsonFormat.printer().print(CheckRequests.of(http));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
