package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.RetryInfo;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DescribedRequest;
import io.keywarden.admin.v1.ExplainRequest;
import io.keywarden.admin.v1.ExplainResponse;
import io.keywarden.admin.v1.ExplainedStep;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.policy.DecisionTrace.Stage;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.token.TokenId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ExplainTest {
    private static final String HOST = "api.acme.example";
    private static final String RIVAL_HOST = "api.rival.example";

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private CreateTokenResponse made = CreateTokenResponse.getDefaultInstance();

    @BeforeEach
    void makeShop() {
        Fixtures.shop(admin);
        admin.tenants().createTenant(Fixtures.tenant("rival", RIVAL_HOST));
        made = Fixtures.make(admin, Fixtures.createToken(Fixtures.token("importer")));
    }

    @Test
    void explain_allowedRequest_everyStepPassed() {
        ExplainResponse explained = explain(asToken("GET", "/v1/orders"));
        assertThat(explained.getVerdict()).isEqualTo(ExplainResponse.Verdict.ALLOW);
        assertThat(explained.getReason()).isEmpty();
        assertThat(explained.getShadowed()).isFalse();
        assertThat(explained.getToken()).isEqualTo(made.getToken().getName());
        assertThat(explained.getStepsList())
                .extracting(ExplainedStep::getStep)
                .containsExactly(Arrays.stream(Stage.values()).map(Enum::name).toArray(String[]::new));
        assertThat(explained.getStepsList()).allMatch(step -> step.getVerdict() == ExplainedStep.Verdict.PASSED);
        assertThat(input(explained, "OPERATION", "operation")).isEqualTo("orders.list");
        assertThat(input(explained, "ADDRESS", "address")).isEqualTo("192.0.2.7");
        assertThat(explained.hasMissingGrant()).isFalse();
        assertThat(explained.getCacheAge()).isEqualTo(Duration.getDefaultInstance());
    }

    @Test
    void explain_missingRight_namesTheSmallestGrant() {
        ExplainResponse explained = explain(asToken("POST", "/v1/orders"));
        assertThat(explained.getVerdict()).isEqualTo(ExplainResponse.Verdict.DENY);
        assertThat(explained.getReason()).isEqualTo("PERMISSION_DENIED");
        assertThat(explained.getMissingGrant())
                .isEqualTo(Grant.newBuilder().setOperation("orders.make").build());
        assertThat(step(explained, "RIGHTS").getVerdict()).isEqualTo(ExplainedStep.Verdict.FAILED);
        assertThat(step(explained, "OWNER_RIGHTS").getVerdict()).isEqualTo(ExplainedStep.Verdict.NOT_REACHED);
        assertThat(step(explained, "OWNER_RIGHTS").getInputsList()).isEmpty();
    }

    @Test
    void explain_routeThatNamesAModule_namesItsGrant() {
        ExplainRequest.Builder request = asToken("DELETE", "/anything");
        request.getDescribedRequestBuilder()
                .putRoute("keywarden.module", "orders")
                .putRoute("keywarden.action", "DELETE");
        assertThat(explain(request).getMissingGrant())
                .isEqualTo(Grant.newBuilder()
                        .setModule("orders")
                        .addActions(Action.DELETE)
                        .build());
    }

    @Test
    void explain_secretInTheRequest_isProvenAndInNoAnswer() {
        ExplainRequest.Builder request = described("GET", HOST, "/v1/orders");
        header(request, "authorization", made.getPlain().getAuthorization());
        ExplainResponse explained = explain(request);
        assertThat(explained.getVerdict()).isEqualTo(ExplainResponse.Verdict.ALLOW);
        assertThat(explained.toString()).doesNotContain(secret());
        header(request, "authorization", made.getPlain().getAuthorization());
        assertThat(explain(request).getReason()).isEqualTo("DUPLICATE_CREDENTIAL");
    }

    @Test
    void explain_envoysOwnMessage_isReadAsACheckReadsIt() {
        ExplainRequest.Builder request = ExplainRequest.newBuilder()
                .setParent("tenants/acme")
                .setCheckRequest(struct(
                        "attributes",
                        struct(
                                "request",
                                struct(
                                        "http",
                                        Struct.newBuilder()
                                                .putFields("method", text("GET"))
                                                .putFields("host", text(HOST))
                                                .putFields("path", text("/v1/orders"))
                                                .putFields(
                                                        "headers",
                                                        value(struct(
                                                                "authorization",
                                                                made.getPlain().getAuthorization())))
                                                .build()))));
        assertThat(explain(request).getVerdict()).isEqualTo(ExplainResponse.Verdict.ALLOW);
    }

    @Test
    void explain_noMessageOfEnvoys_refusedAndNotRepeated() {
        ExplainRequest.Builder request =
                ExplainRequest.newBuilder().setParent("tenants/acme").setCheckRequest(struct("attributes", "s3cret"));
        Failure failed = failure(() -> explain(request));
        assertThat(failed.fields()).containsExactly("check_request");
        assertThat(failed.toString()).doesNotContain("s3cret");
        assertThat(history()).containsExactly("CreateToken");
    }

    @Test
    void explain_wrongFields_allTold() {
        ExplainRequest.Builder request =
                ExplainRequest.newBuilder().setParent("acme").setToken("t");
        assertThat(failure(() -> explain(request)).fields()).containsExactly("parent", "token", "request");
        request.setParent("tenants/rival").setToken(made.getToken().getName());
        request.getDescribedRequestBuilder().setClientAddress("acme.example");
        for (int i = 0; i <= 100; i++) {
            header(request, "x-" + i, "1");
        }
        assertThat(failure(() -> explain(request)).fields())
                .containsExactly(
                        "token",
                        "described_request.host",
                        "described_request.path",
                        "described_request.headers",
                        "described_request.client_address");
        assertThat(failure(() -> explain(described("GET", HOST, "/").setParent("tenants/system")))
                        .fields())
                .containsExactly("parent");
    }

    @Test
    void explain_unknownTenantOrToken_notFound() {
        assertThat(failure(() -> explain(described("GET", HOST, "/").setParent("tenants/other")))
                        .what())
                .isEqualTo("NOT_FOUND TENANT_NOT_FOUND");
        assertThat(failure(() -> explain(
                                described("GET", HOST, "/").setToken("tenants/acme/tokens/a1Z0123456789ABCDEF0123456")))
                        .what())
                .isEqualTo("NOT_FOUND TOKEN_NOT_FOUND");
    }

    @Test
    void explain_tokenOfAnotherTenant_tellsNothing() {
        ExplainRequest.Builder request = described("GET", HOST, "/v1/orders");
        header(request, "authorization", tokenOfRival().getPlain().getAuthorization());
        assertThat(failure(() -> explain(request)).fields()).containsExactly("request");
        assertThat(tenantsHistory()).containsOnlyOnce("Explain");
        assertThat(failure(() -> explain(described("GET", HOST, "/v1/orders")
                                .setToken(tokenOfRival().getToken().getName())))
                        .fields())
                .containsExactly("token");
    }

    @Test
    void explain_requestToAnotherTenant_tellsNothingOfThat() {
        assertThat(failure(() -> explain(described("GET", RIVAL_HOST, "/v1/orders")))
                        .fields())
                .containsExactly("request");
        ExplainRequest.Builder request = asToken("GET", "/v1/orders");
        request.getDescribedRequestBuilder().setHost(RIVAL_HOST);
        ExplainResponse explained = explain(request);
        assertThat(explained.getReason()).isEqualTo("WRONG_TENANT");
        assertThat(input(explained, "REQUEST_TENANT", "request_tenant")).isEqualTo("another one");
        assertThat(explained.toString()).doesNotContain("rival");
    }

    @Test
    void explain_hostOfNobody_isTold() {
        ExplainRequest.Builder request = asToken("GET", "/v1/orders");
        request.getDescribedRequestBuilder().setHost("api.nobody.example");
        ExplainResponse explained = explain(request);
        assertThat(explained.getReason()).isEqualTo("WRONG_TENANT");
        assertThat(input(explained, "REQUEST_TENANT", "request_tenant")).isEqualTo("none");
    }

    @Test
    void explain_anyToken_isAnEventOfItsHistoryAndNoUse() {
        explain(asToken("GET", "/v1/orders"));
        admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder()
                        .setName(made.getToken().getName())
                        .build());
        assertThat(explain(asToken("GET", "/v1/orders")).getReason()).isEqualTo("REVOKED");
        assertThat(history()).containsExactly("CreateToken", "Explain", "RevokeToken", "Explain");
        EventRecord event = admin.history(key()).get(1);
        assertThat(event.getPrincipal()).isEqualTo("bootstrap");
        assertThat(event.getChangesList()).isEmpty();
    }

    @Test
    void explain_betweenReadAndUpdate_theEtagStillHolds() {
        explain(asToken("GET", "/v1/orders"));
        Token token = admin.tokens()
                .getToken(GetTokenRequest.newBuilder()
                        .setName(made.getToken().getName())
                        .build())
                .getToken();
        assertThat(token.getEtag()).isEqualTo(made.getToken().getEtag());
        admin.tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(token.toBuilder().setDescription("new"))
                        .build());
        assertThat(history()).containsExactly("CreateToken", "Explain", "UpdateToken");
    }

    @Test
    void explain_withoutAToken_isAnEventOfTheTenants() {
        assertThat(explain(described("GET", HOST, "/v1/orders")).getReason()).isEqualTo("MISSING_CREDENTIAL");
        assertThat(tenantsHistory()).containsOnlyOnce("Explain");
    }

    private List<String> tenantsHistory() {
        return admin.records().stream()
                .filter(record -> record.key().kind() == RecordKind.TENANT)
                .flatMap(record -> admin.history(record.key()).stream())
                .map(EventRecord::getKind)
                .toList();
    }

    @Test
    void explain_tooOften_toldWhenToTryAgain() {
        for (int i = 0; i < Explain.MOST_CALLS; i++) {
            explain(asToken("GET", "/v1/orders"));
        }
        Failure limited = failure(() -> explain(asToken("GET", "/v1/orders")));
        assertThat(limited.what()).isEqualTo("RESOURCE_EXHAUSTED RATE_LIMITED");
        assertThat(limited.details()).anyMatch(ExplainTest::saysWhen);
        assertThat(history()).hasSize(1 + Explain.MOST_CALLS);
        admin.clock.advance(CallWindows.LENGTH);
        assertThat(explain(asToken("GET", "/v1/orders")).getVerdict()).isEqualTo(ExplainResponse.Verdict.ALLOW);
    }

    @Test
    void explain_historyCannotBeWritten_tellsNothing() {
        admin.store.breakCommits(commit -> true, new Outcome.Refused("no memory"), false);
        assertThat(failure(() -> explain(asToken("GET", "/v1/orders"))).what())
                .isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
    }

    private static boolean saysWhen(Any detail) {
        return detail.is(RetryInfo.class);
    }

    private CreateTokenResponse tokenOfRival() {
        CreateTokenRequest.Builder request =
                Fixtures.createToken(Fixtures.token("rival " + admin.records().size()));
        return Fixtures.make(admin, request.setParent("tenants/rival"));
    }

    private ExplainRequest.Builder asToken(String method, String path) {
        return described(method, HOST, path).setToken(made.getToken().getName());
    }

    private static ExplainRequest.Builder described(String method, String host, String path) {
        return ExplainRequest.newBuilder()
                .setParent("tenants/acme")
                .setDescribedRequest(DescribedRequest.newBuilder()
                        .setMethod(method)
                        .setHost(host)
                        .setPath(path)
                        .setClientAddress("192.0.2.7"));
    }

    private static void header(ExplainRequest.Builder request, String name, String value) {
        request.getDescribedRequestBuilder()
                .addHeaders(DescribedRequest.Header.newBuilder().setName(name).setValue(value));
    }

    private static Struct struct(String name, Struct fields) {
        return Struct.newBuilder().putFields(name, value(fields)).build();
    }

    private static Struct struct(String name, String text) {
        return Struct.newBuilder().putFields(name, text(text)).build();
    }

    private static Value value(Struct fields) {
        return Value.newBuilder().setStructValue(fields).build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private ExplainResponse explain(ExplainRequest.Builder request) {
        return admin.access().explain(request.build());
    }

    private static ExplainedStep step(ExplainResponse explained, String name) {
        return explained.getStepsList().stream()
                .filter(step -> step.getStep().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String input(ExplainResponse explained, String step, String name) {
        return step(explained, step).getInputsList().stream()
                .filter(input -> input.getName().equals(name))
                .map(ExplainedStep.Input::getValue)
                .findFirst()
                .orElseThrow();
    }

    private String secret() {
        return made.getPlain().getSecret().substring(30);
    }

    private RecordKey key() {
        String name = made.getToken().getName();
        return RecordKey.token(new TokenId(name.substring(name.lastIndexOf('/') + 1)));
    }

    private List<String> history() {
        return admin.history(key()).stream().map(EventRecord::getKind).toList();
    }
}
