package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.v1.Token;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.EchoUpstream;
import io.keywarden.envoy.e2e.fixture.Gateway;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same attacks through an Envoy as Istio configures it, which puts little right and takes nothing away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IstioShapedIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private Deployment deployment;
    private Gateway gateway;
    private IssuedToken token;

    @BeforeAll
    void start() {
        deployment = SHARED.get();
        gateway = deployment.istioShapedGateway();
        token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
    }

    @AfterAll
    void stop() {
        gateway.close();
        assertThat(token.runsIn(deployment.keywarden().log())).isEmpty();
    }

    /** Envoy has resolved dots and what is percent-encoded for nothing; the rest is for Keywarden to refuse. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /admin                                         | 403 PERMISSION_DENIED
                    /admin/                                        | 403 PERMISSION_DENIED
                    /admin?as=/v1/orders                           | 403 PERMISSION_DENIED
                    /./admin                                       | 403 PERMISSION_DENIED
                    /v1/orders/../../admin                         | 403 PERMISSION_DENIED
                    /v1/orders/%2e%2e/.%2E/admin                   | 403 PERMISSION_DENIED
                    /%61dmin                                       | 403 PERMISSION_DENIED
                    /v1/orders\\..\\..\\admin                      | 403 PERMISSION_DENIED
                    /v1/orders/..;/..;/admin                       | 403 PERMISSION_DENIED
                    /v1/orders;/../../admin                        | 403 PERMISSION_DENIED
                    /healthz/../admin                              | 403 PERMISSION_DENIED
                    /healthz/..;/admin                             | 403 PERMISSION_DENIED
                    //admin                                        | 403 UNKNOWN_OPERATION
                    //acme.example/admin                           | 403 UNKNOWN_OPERATION
                    //evil.example/v1/orders                       | 403 UNKNOWN_OPERATION
                    /v1//orders                                    | 403 UNKNOWN_OPERATION
                    /v1/orders//                                   | 403 UNKNOWN_OPERATION
                    /v1/orders;x=1                                 | 403 UNKNOWN_OPERATION
                    /admin;/v1/orders                              | 403 UNKNOWN_OPERATION
                    /v1/orders%2F..%2F..%2Fadmin                   | 403 UNKNOWN_OPERATION
                    /v1/orders/..%5c..%5cadmin                     | 403 UNKNOWN_OPERATION
                    /%2fadmin                                      | 403 UNKNOWN_OPERATION
                    /%252e%252e/admin                              | 403 UNKNOWN_OPERATION
                    /v1/orders/%252e%252e%252f%252e%252e%252fadmin | 403 UNKNOWN_OPERATION
                    /v1/orders%0a/../../admin                      | 403 PERMISSION_DENIED
                    /v1/orders%0a                                  | 403 UNKNOWN_OPERATION
                    /v1/orders/%c0%ae%c0%ae/admin                  | 403 UNKNOWN_OPERATION
                    /ADMIN                                         | 403 UNKNOWN_OPERATION
                    /v1/orders/%zz                                 | 403 UNKNOWN_OPERATION
                    //healthz                                      | 403 UNKNOWN_OPERATION
                    /healthz%2f..%2fadmin                          | 403 UNKNOWN_OPERATION
                    /healthz;/admin                                | 403 UNKNOWN_OPERATION
                    /v1/orders/%00                                 | 400
                    /admin#/v1/orders                              | 400
                    v1/orders                                      | 400
                    \\admin                                        | 400
                    """)
    void path_writtenInAnyOtherWay_refused(String target, String expected) {
        Answer answer = gateway.send(RawRequest.get(target).host(Shop.ACME_HOST).bearer(token));

        assertRefused(answer, expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/./orders", "/v1/x/../orders", "/v1/%6frders", "/admin/../v1/orders", "/v1\\orders"})
    void path_thatEnvoyPutsRight_upstreamSeesTheOneThatWasDecidedOn(String target) {
        Answer answer = gateway.send(RawRequest.get(target).host(Shop.ACME_HOST).bearer(token));

        assertThatAnswer(answer).isAllowed();
        assertThat(answer.received().orElseThrow().target()).isEqualTo("/v1/orders");
    }

    @Test
    void path_thatThePolicyLeavesOut_isAllThatPassesUnchecked() {
        Answer answer = gateway.send(RawRequest.get("/healthz").host(Shop.ACME_HOST));

        assertThatAnswer(answer).isAllowed();
        assertThat(answer.received().orElseThrow().target()).isEqualTo("/healthz");
        assertRefused(gateway.send(RawRequest.get("/healthz/").host(Shop.ACME_HOST)), "401 MISSING_CREDENTIAL");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    nobody.example                | 403 WRONG_TENANT
                    acme.example.evil.example     | 403 WRONG_TENANT
                    rival.example                 | 403 WRONG_TENANT
                    acme.example@evil.example     | 403 WRONG_TENANT
                    acme.example,rival.example    | 403 WRONG_TENANT
                    """)
    void host_ofAnother_wrongTenant(String host, String expected) {
        assertRefused(gateway.send(RawRequest.get("/v1/orders").host(host).bearer(token)), expected);
    }

    @Test
    void hosts_two_refused() {
        RawRequest request = RawRequest.get("/v1/orders").bearer(token);

        assertRefused(gateway.send(request.host(Shop.ACME_HOST).host(Shop.RIVAL_HOST)), "403 WRONG_TENANT");
        assertRefused(gateway.send(request.host(Shop.ACME_HOST).host(Shop.ACME_HOST)), "403 WRONG_TENANT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACME.Example", "acme.example:8443", "acme.example.", "Acme.Example.:80"})
    void host_inAnotherSpelling_sameTenant(String host) {
        assertThatAnswer(gateway.send(RawRequest.get("/v1/orders").host(host).bearer(token)))
                .isAllowed();
    }

    @Test
    void absoluteForm_ofAnotherHost_isForThatHost() {
        assertRefused(
                gateway.send(RawRequest.get("http://" + Shop.RIVAL_HOST + "/v1/orders")
                        .host(Shop.ACME_HOST)
                        .bearer(token)),
                "403 WRONG_TENANT");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    get /v1/orders           | 400
                    OPTIONS *                | 404
                    CONNECT acme.example:443 | 404
                    TRACE /v1/orders         | 403 UNKNOWN_OPERATION
                    PURGE /v1/orders         | 403 UNKNOWN_OPERATION
                    """)
    void method_ofNoOperation_refused(String methodAndTarget, String expected) {
        assertRefused(
                gateway.send(new RawRequest(methodAndTarget + " HTTP/1.1", List.of(), "")
                        .host(Shop.ACME_HOST)
                        .bearer(token)),
                expected);
    }

    @Test
    void framing_inTwoWays_400() {
        assertRefused(
                gateway.send(RawRequest.of("POST", "/v1/orders")
                        .host(Shop.ACME_HOST)
                        .bearer(token)
                        .header("Transfer-Encoding", "chunked")
                        .body("0\r\n\r\n")),
                "400");
    }

    /** Nobody takes these headers away before the check: none of them decides, or reaches the upstream as ours. */
    @Test
    void headers_thatLookLikeOurs_replacedOrRemoved() {
        Answer answer = gateway.send(good().header("X-Keywarden-Token-Id", "forged")
                .header("X-Keywarden-Tenant", "forged")
                .header("x-keywarden-owner", "forged")
                .header("x-keywarden-client-ip", "forged")
                .header("x_keywarden_tenant", "forged")
                .header("X-Keywarden_Owner", "forged"));

        assertThatAnswer(answer).isAllowed();
        EchoUpstream.Received received = answer.received().orElseThrow();
        assertThat(received.header("x-keywarden-token-id")).containsExactly(token.id());
        assertThat(received.header("x-keywarden-tenant")).containsExactly(Shop.ACME);
        assertThat(received.whole()).doesNotContain("forged");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Original-Url: /v1/orders",
                "X-Rewrite-Url: /v1/orders",
                "X-Envoy-Original-Path: /v1/orders",
                "X-HTTP-Method-Override: GET",
                "X-Envoy-Auth-Failure-Mode-Allowed: true",
                "keywarden.access: PUBLIC",
                "keywarden.operation: orders.list",
                "X-Tenant: acme",
            })
    void header_thatSaysWhatIsAskedFor_isNotBelieved(String header) {
        String[] parts = header.split(": ", 2);
        RawRequest admin =
                RawRequest.get("/admin").host(Shop.ACME_HOST).bearer(token).header(parts[0], parts[1]);
        RawRequest create =
                RawRequest.of("POST", "/v1/orders").host(Shop.ACME_HOST).bearer(token);

        assertRefused(gateway.send(admin), "403 PERMISSION_DENIED");
        assertRefused(gateway.send(create.header(parts[0], parts[1])), "403 PERMISSION_DENIED");
        assertRefused(
                gateway.send(RawRequest.get("/v1/orders").host(Shop.ACME_HOST).header(parts[0], parts[1])),
                "401 MISSING_CREDENTIAL");
    }

    /** Envoy joins them with a comma, and the check sees one header. */
    @Test
    void credential_twice_duplicate() {
        assertRefused(gateway.send(good().bearer(token)), "401 DUPLICATE_CREDENTIAL");
        assertRefused(gateway.send(good().header("X-API-Key", token.text())), "401 DUPLICATE_CREDENTIAL");
        assertRefused(
                gateway.send(RawRequest.get("/v1/orders")
                        .host(Shop.ACME_HOST)
                        .header("X-API-Key", token.text())
                        .header("X-API-Key", token.text())),
                "401 DUPLICATE_CREDENTIAL");
    }

    @Test
    void tenantHeader_twice_wrongTenant() {
        assertRefused(
                gateway.send(good().header("X-Tenant", Shop.ACME).header("X-Tenant", Shop.RIVAL)), "403 WRONG_TENANT");
    }

    @Test
    void credential_inAHeaderWithUnderscores_isNone() {
        assertRefused(
                gateway.send(RawRequest.get("/v1/orders").host(Shop.ACME_HOST).header("x_api_key", token.text())),
                "401 MISSING_CREDENTIAL");
    }

    @Test
    void credential_namedAsHopByHop_takenAwayBeforeTheCheck() {
        assertRefused(gateway.send(good().header("Connection", "authorization")), "401 MISSING_CREDENTIAL");
    }

    /** Envoy tells of each byte that is no UTF-8 as an exclamation mark. */
    @ParameterizedTest
    @ValueSource(strings = {"\u00ff", "\u00c3(", "\u00e2\u0082", "\u00a0x"})
    void credential_noUtf8_malformed(String bytes) {
        assertRefused(
                gateway.send(RawRequest.get("/v1/orders")
                        .host(Shop.ACME_HOST)
                        .header("Authorization", "Bearer " + token.text() + bytes)),
                "401 MALFORMED_CREDENTIAL");
    }

    @Test
    void header_noUtf8_passedOn() {
        assertThatAnswer(gateway.send(good().header("X-Note", "\u00c3(\u00ff\u00fe")))
                .isAllowed();
    }

    @ParameterizedTest
    @EnumSource(CredentialFormsIT.Form.class)
    void form_rightSecret_allowedAndHiddenFromTheUpstream(CredentialFormsIT.Form form) {
        IssuedToken presented = deployment.admin().issue(form.tenant(), Shop.READ_ORDERS);

        Answer answer = gateway.send(form.present(presented));

        assertThatAnswer(answer).isAllowed();
        assertThat(presented.runsIn(answer.received().orElseThrow().whole())).isEmpty();
    }

    @Test
    void forwardedFor_ofAStranger_unknown() {
        IssuedToken bound = deployment
                .admin()
                .issue(
                        Shop.ACME,
                        Token.newBuilder().addAllowedCidrs("198.51.100.0/24").addGrants(Shop.READ_ORDERS));
        RawRequest request = RawRequest.get("/v1/orders")
                .host(Shop.ACME_HOST)
                .bearer(bound)
                .header("X-Forwarded-For", "198.51.100.7");

        assertThatAnswer(gateway.send(request)).isAllowed();
        assertRefused(gateway.sendFrom("127.0.0.2", request), "403 IP_NOT_ALLOWED");
    }

    private RawRequest good() {
        return RawRequest.get("/v1/orders").host(Shop.ACME_HOST).bearer(token);
    }

    /** The status, and the reason where it was Keywarden that refused. */
    private static void assertRefused(Answer answer, String expected) {
        boolean ours = answer.header("content-type").contains("application/problem+json");
        String said = answer.status() + (ours ? " " + answer.json().get("reason") : "");
        assertThat(said).as(answer.toString()).isEqualTo(expected);
        assertThat(answer.received()).isEmpty();
    }
}
