package io.keywarden.envoy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keywarden.envoy.e2e.fixture.CheckClient;
import io.keywarden.envoy.e2e.fixture.CheckRequests;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Envoy would put right or refuse, asked at the check port itself: an answer of ours, and never an allow. */
final class HostileChecksIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private Deployment deployment;
    private CheckClient check;
    private IssuedToken token;

    @BeforeEach
    void connect() {
        deployment = SHARED.get();
        check = new CheckClient(deployment.checkPort());
        token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
    }

    @AfterEach
    void nothingInTheLog() {
        check.close();
        String log = deployment.keywarden().log();
        assertThat(log.lines()).noneMatch(line -> line.startsWith("\tat "));
        assertThat(token.runsIn(log)).isEmpty();
        assertThat(log.contains("replay-me"))
                .as("something of a request in the log")
                .isFalse();
    }

    @Test
    void check_goodRequest_allowed() {
        assertThat(check.check(CheckRequests.of(CheckRequests.good(token))).hasOkResponse())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v1/orders",
                "*",
                "//v1/orders",
                "/v1//orders",
                "/v1/orders//",
                "/v1/./orders",
                "/v1/x/../orders",
                "/v1/x/%2e%2e/orders",
                "/v1%2Forders",
                "/v1%5Corders",
                "/v1\\orders",
                "/v1/orders;replay-me",
                "/v1/orders#replay-me",
                "/v1/orders?x#replay-me",
                "/v1/%6frders",
                "/v1/orders%00",
                "/v1/orders\0replay-me",
                "/v1/orders\r\nreplay-me: 1",
                "/v1/orders/replay-me\n2026 ERROR forged",
                "/v1/ordersİ",
                "http://acme.example/v1/orders",
                "//acme.example/v1/orders",
                "HTTP://acme.example/v1/orders?replay-me",
            })
    void path_notInNormalForm_unknownOperation(String path) {
        CheckResponse response =
                check.check(CheckRequests.of(CheckRequests.good(token).setPath(path)));

        assertDenied(response, 7, "UNKNOWN_OPERATION");
    }

    @Test
    void path_ofAHundredKilobytes_unknownOperation() {
        HttpRequest.Builder request = CheckRequests.good(token).setPath("/v1/nothing/" + "a".repeat(100_000));

        assertDenied(check.check(CheckRequests.of(request)), 7, "UNKNOWN_OPERATION");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "acme.example,rival.example",
                "acme.example,acme.example",
                "replay-me@acme.example",
                "acme.example@evil.example",
                "acme.example:99999999",
                "acme.example:",
                "acme.example..",
                ".acme.example",
                "acme.example/",
                "acme.example\0",
                "acme.example ",
                "acme。example",
                "\u212Acme.example",
                "acme.example\nreplay-me",
            })
    void host_thatIsNone_wrongTenant(String host) {
        CheckResponse response =
                check.check(CheckRequests.of(CheckRequests.good(token).setHost(host)));

        assertDenied(response, 7, "WRONG_TENANT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "get", "GET ", "G\0ET", "GET\r\n", "*", "PROPFIND"})
    void method_thatIsNone_unknownOperation(String method) {
        CheckResponse response =
                check.check(CheckRequests.of(CheckRequests.good(token).setMethod(method)));

        assertDenied(response, 7, "UNKNOWN_OPERATION");
    }

    @Test
    void credential_twiceInTheHeaderMap_duplicate() {
        HttpRequest.Builder request = CheckRequests.good(token)
                .clearHeaders()
                .setHeaderMap(CheckRequests.headerMap(
                        "authorization", "Bearer " + token.text(), "authorization", "Bearer " + token.text()));

        assertDenied(check.check(CheckRequests.of(request)), 16, "DUPLICATE_CREDENTIAL");
    }

    @Test
    void credential_differentInBothForms_refused() {
        IssuedToken other = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        HttpRequest.Builder request = CheckRequests.good(token)
                .setHeaderMap(CheckRequests.headerMap("authorization", "Bearer " + other.text()));

        assertNoAllow(request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ff\u00fe", "\0", "\r\nx: y", " ", "\t", "\"", "replay-me", "Bearer"})
    void credential_withOtherBytes_malformed(String bytes) {
        HttpRequest.Builder request = CheckRequests.good(token)
                .clearHeaders()
                .setHeaderMap(CheckRequests.headerMap("authorization", "Bearer " + token.text() + bytes));

        assertDenied(check.check(CheckRequests.of(request)), 16, "MALFORMED_CREDENTIAL");
    }

    @Test
    void credential_ofAMegabyte_noAllow() {
        assertNoAllow(CheckRequests.good(token).putHeaders("authorization", "Bearer " + "replay-me".repeat(120_000)));
    }

    /** Where Envoy joins what came twice. */
    @Test
    void credential_twiceWithAComma_duplicate() {
        HttpRequest.Builder request = CheckRequests.good(token)
                .putHeaders("authorization", "Bearer " + token.text() + ",Bearer " + token.text());

        assertDenied(check.check(CheckRequests.of(request)), 16, "DUPLICATE_CREDENTIAL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x_api_key", "X-API-Key", "x-api-key ", "authorization\0"})
    void credential_inAHeaderOfAlmostThatName_isNone(String name) {
        HttpRequest.Builder request = CheckRequests.good(token).clearHeaders().putHeaders(name, token.text());

        assertDenied(check.check(CheckRequests.of(request)), 16, "MISSING_CREDENTIAL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-original-url",
                "x-rewrite-url",
                "x-envoy-original-path",
                "x-http-method-override",
                "x-envoy-auth-failure-mode-allowed",
                "keywarden.operation",
            })
    void header_thatSaysWhatIsAskedFor_isNotBelieved(String name) {
        HttpRequest.Builder request =
                CheckRequests.good(token).setPath("/admin").putHeaders(name, "/v1/orders");

        assertDenied(check.check(CheckRequests.of(request)), 7, "PERMISSION_DENIED");
    }

    @Test
    void headers_thatLookLikeOurs_replacedOrRemoved() {
        HttpRequest.Builder request = CheckRequests.good(token)
                .putHeaders("x-keywarden-tenant", "forged")
                .putHeaders("x-keywarden-owner", "forged")
                .putHeaders("x_keywarden_tenant", "forged");

        OkHttpResponse answer = check.check(CheckRequests.of(request)).getOkResponse();

        assertThat(answer.getHeadersToRemoveList())
                .contains("x-keywarden-owner", "x_keywarden_tenant", "authorization")
                .doesNotContain("x-keywarden-tenant");
        assertThat(answer.getHeadersList()).anySatisfy(option -> {
            assertThat(option.getHeader().getKey()).isEqualTo("x-keywarden-tenant");
            assertThat(option.getHeader().getValue()).isEqualTo(Shop.ACME);
            assertThat(option.getAppendAction()).isEqualTo(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
        });
    }

    @Test
    void connect_withoutAPath_unknownOperation() {
        HttpRequest.Builder request = CheckRequests.good(token)
                .setMethod("CONNECT")
                .setHost("acme.example:443")
                .setPath("");

        assertDenied(check.check(CheckRequests.of(request)), 7, "UNKNOWN_OPERATION");
    }

    /** Envoy's filter for connections sends no HTTP at all; and no certificate's name is ever a reason to let in. */
    @Test
    void connection_withAPeersNameAndNoHttp_missingCredential() {
        CheckRequest.Builder request = CheckRequest.newBuilder();
        request.getAttributesBuilder().getSourceBuilder().setPrincipal("spiffe://acme.example\0.evil.example");

        assertDenied(check.check(request.build()), 16, "MISSING_CREDENTIAL");
    }

    @Test
    void request_withNothingInIt_missingCredential() {
        assertDenied(check.check(CheckRequest.getDefaultInstance()), 16, "MISSING_CREDENTIAL");
    }

    @Test
    void route_thatSaysSomethingThatIsNotUnderstood_unknownOperation() {
        assertDenied(check.check(routed("keywarden.operations", "orders.list")), 7, "UNKNOWN_OPERATION");
        assertDenied(check.check(routed("Keywarden.operation", "orders.list")), 7, "UNKNOWN_OPERATION");
        assertDenied(check.check(routed("keywarden.access", "public")), 7, "UNKNOWN_OPERATION");
        CheckRequest.Builder twoMinds = routed("keywarden.operation", "orders.list").toBuilder();
        twoMinds.getAttributesBuilder()
                .setRouteMetadataContext(Metadata.newBuilder()
                        .putFilterMetadata(
                                "keywarden",
                                Struct.newBuilder()
                                        .putFields(
                                                "operation",
                                                Value.newBuilder()
                                                        .setStringValue("orders.get")
                                                        .build())
                                        .build()));
        assertDenied(check.check(twoMinds.build()), 7, "UNKNOWN_OPERATION");
    }

    @Test
    void route_thatNamesTheOperation_isBelieved() {
        assertThat(check.check(routed("keywarden.operation", "orders.get")).hasOkResponse())
                .isTrue();
        assertDenied(check.check(routed("keywarden.operation", "orders.create")), 7, "PERMISSION_DENIED");
    }

    private CheckRequest routed(String key, String value) {
        CheckRequest.Builder request = CheckRequests.of(CheckRequests.good(token)).toBuilder();
        request.getAttributesBuilder().putContextExtensions(key, value);
        return request.build();
    }

    /** A request that no Envoy sends may also be refused as a message that is too large. */
    private void assertNoAllow(HttpRequest.Builder request) {
        try {
            CheckResponse response = check.check(CheckRequests.of(request));
            assertThat(response.getStatus().getCode()).isNotZero();
            assertThat(response.hasOkResponse()).isFalse();
            assertThat(response.hasDeniedResponse()).isTrue();
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        }
    }

    private static void assertDenied(CheckResponse response, int code, String reason) {
        assertThat(response.getStatus().getMessage()).isEqualTo(reason);
        assertThat(response.getStatus().getCode()).isEqualTo(code);
        assertThat(response.hasOkResponse()).isFalse();
        assertThat(response.getDeniedResponse().getBody()).contains(reason).doesNotContain("replay-me");
    }
}
