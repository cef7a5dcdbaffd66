package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are meant to be read in two ways, sent as bytes: a clear answer, and nothing of them in a log. */
final class HostileRequestsIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final int KIB = 1024;

    private Deployment deployment;
    private IssuedToken token;
    private int errorsBefore;

    @BeforeEach
    void issueToken() {
        deployment = SHARED.get();
        token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        errorsBefore = stackFrames();
    }

    @AfterEach
    void nothingInTheLogs() {
        assertThat(stackFrames()).as("stack frames in the server's log").isEqualTo(errorsBefore);
        assertThat(token.runsIn(deployment.keywarden().log())).isEmpty();
        assertThat(token.runsIn(deployment.gateway().log())).isEmpty();
    }

    /** The token may read orders, and nothing else; {@code /admin} is an operation too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin",
                "//admin",
                "/./admin",
                "/v1/../admin",
                "/v1/orders/../../admin",
                "/v1/orders/%2e%2e/%2e%2e/admin",
                "/v1/orders/.%2E/../admin",
                "/%61dmin",
                "/admin/",
                "/admin?as=/v1/orders",
                "/admin;/v1/orders",
                "/v1/orders;/../../admin",
                "/v1/orders/..;/..;/admin",
                "/v1/orders%2F..%2F..%2Fadmin",
                "/v1/orders/..%2f..%2fadmin",
                "/v1/orders/..%5c..%5cadmin",
                "/v1/orders\\..\\..\\admin",
                "\\admin",
                "/%2fadmin",
                "/%252e%252e/admin",
                "/v1/orders/%252e%252e%252f%252e%252e%252fadmin",
                "/v1/orders/%00/../../admin",
                "/v1/orders%0a/../../admin",
                "/v1/orders/%c0%ae%c0%ae/%c0%ae%c0%ae/admin",
                "/ADMIN",
                "/admin#/v1/orders",
                "//acme.example/admin",
                "//evil.example/v1/orders",
                "/v1/orders;x=1",
                "/v1/orders/%2F",
                "/v1/orders/%",
                "/v1/orders/%zz",
                "v1/orders",
                "*",
                "?/v1/orders",
                "http:/v1/orders",
            })
    void path_writtenInAnyOtherWay_refused(String target) {
        assertRefused(
                deployment
                        .gateway()
                        .send(RawRequest.get(target).host(Shop.ACME_HOST).bearer(token)),
                400,
                403,
                404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1//orders", "//v1/orders", "/v1/./orders", "/v1/x/../orders", "/v1/%6frders"})
    void path_thatEnvoyPutsRight_upstreamSeesTheOneThatWasDecidedOn(String target) {
        Answer answer = deployment
                .gateway()
                .send(RawRequest.get(target).host(Shop.ACME_HOST).bearer(token));

        assertThatAnswer(answer).isAllowed();
        assertThat(answer.received().orElseThrow().target()).isEqualTo("/v1/orders");
    }

    @Test
    void path_empty_refused() {
        assertRefused(
                deployment
                        .gateway()
                        .send(new RawRequest("GET  HTTP/1.1", List.of(), "")
                                .host(Shop.ACME_HOST)
                                .bearer(token)),
                400);
    }

    @Test
    void absoluteForm_ofAnotherHost_isForThatHost() {
        Answer answer = deployment
                .gateway()
                .send(RawRequest.get("http://" + Shop.RIVAL_HOST + "/v1/orders")
                        .host(Shop.ACME_HOST)
                        .bearer(token));

        assertThatAnswer(answer).isForbidden("WRONG_TENANT");
    }

    @Test
    void absoluteForm_ofTheRightHost_upstreamSeesThatHost() {
        Answer answer = deployment
                .gateway()
                .send(RawRequest.get("http://" + Shop.ACME_HOST + "/v1/orders")
                        .host(Shop.RIVAL_HOST)
                        .bearer(token));

        assertThatAnswer(answer).isAllowed();
        assertThat(answer.received().orElseThrow().header("host")).containsExactly(Shop.ACME_HOST);
    }

    @Test
    void hosts_two_refused() {
        RawRequest request = RawRequest.get("/v1/orders").bearer(token);

        assertRefused(deployment.gateway().send(request.host(Shop.ACME_HOST).host(Shop.RIVAL_HOST)), 400, 403);
        assertRefused(deployment.gateway().send(request.host(Shop.ACME_HOST).host(Shop.ACME_HOST)), 400, 403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody.example", "acme.example.evil.example", "127.0.0.1", "acme.example@nobody.example"})
    void host_ofNobody_wrongTenantAfterProofOnly(String host) {
        RawRequest request = RawRequest.get("/v1/orders").host(host);

        assertRefused(deployment.gateway().send(request.bearer(token)), 400, 403);
        Answer unproven =
                deployment.gateway().send(request.header("Authorization", "Bearer " + token.textWithWrongSecret()));
        assertRefused(unproven, 400, 401);
        assertRefused(deployment.gateway().send(request), 400, 401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACME.Example", "acme.example:8443", "acme.example.", "Acme.Example.:80"})
    void host_inAnotherSpelling_sameTenant(String host) {
        assertThatAnswer(deployment
                        .gateway()
                        .send(RawRequest.get("/v1/orders").host(host).bearer(token)))
                .isAllowed();
    }

    @Test
    void headers_sixtyKilobytes_pass() {
        assertThatAnswer(deployment.gateway().send(good().header("X-Big", "a".repeat(60 * KIB))))
                .isAllowed();
    }

    @ParameterizedTest
    @ValueSource(ints = {70 * KIB, 1024 * KIB})
    void headers_more_431(int length) {
        assertRefused(deployment.gateway().send(good().header("X-Big", "a".repeat(length))), 431);
    }

    @Test
    void credential_aMegabyte_431() {
        assertRefused(
                deployment
                        .gateway()
                        .send(RawRequest.get("/v1/orders")
                                .host(Shop.ACME_HOST)
                                .header("Authorization", "Bearer " + token.text() + "a".repeat(KIB * KIB))),
                431);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 500, 4 * KIB, 50 * KIB})
    void credential_longerThanOne_malformed(int surplus) {
        assertThatAnswer(deployment
                        .gateway()
                        .send(RawRequest.get("/v1/orders")
                                .host(Shop.ACME_HOST)
                                .header("Authorization", "Bearer " + token.text() + "a".repeat(surplus))))
                .isUnauthenticated("MALFORMED_CREDENTIAL", "invalid_request");
    }

    @Test
    void header_noUtf8_passedOn() {
        assertThatAnswer(deployment.gateway().send(good().header("X-Note", "\u00c3(\u00ff\u00fe")))
                .isAllowed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ff", "\u00c3(", "\u00e2\u0082", "\u00a0", "\t\u00ed\u00a0\u0080"})
    void credential_noUtf8_malformed(String bytes) {
        RawRequest request = RawRequest.get("/v1/orders").host(Shop.ACME_HOST);

        assertThatAnswer(deployment
                        .gateway()
                        .send(request.header("Authorization", "Bearer " + token.text() + bytes + "x")))
                .isUnauthenticated("MALFORMED_CREDENTIAL", "invalid_request");
    }

    @Test
    void header_forgedWithUnderscores_refused() {
        assertRefused(deployment.gateway().send(good().header("x_keywarden_tenant", "rival")), 400);
    }

    @Test
    void header_namedAsHopByHop_takenAwayBeforeTheCheck() {
        assertThatAnswer(deployment.gateway().send(good().header("Connection", "authorization")))
                .isChallenged("MISSING_CREDENTIAL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "OPTIONS", "TRACE", "PURGE", "DELETE"})
    void method_ofNoOperation_refused(String method) {
        assertRefused(
                deployment
                        .gateway()
                        .send(RawRequest.of(method, "/v1/orders")
                                .host(Shop.ACME_HOST)
                                .bearer(token)),
                400,
                403,
                405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS *", "CONNECT acme.example:443", "CONNECT /v1/orders"})
    void target_thatIsNoPath_refused(String methodAndTarget) {
        assertRefused(
                deployment
                        .gateway()
                        .send(new RawRequest(methodAndTarget + " HTTP/1.1", List.of(), "")
                                .host(Shop.ACME_HOST)
                                .bearer(token)),
                400,
                404);
    }

    @Test
    void framing_inTwoWays_400() {
        assertRefused(
                deployment
                        .gateway()
                        .send(RawRequest.of("POST", "/v1/orders")
                                .host(Shop.ACME_HOST)
                                .bearer(token)
                                .header("Transfer-Encoding", "chunked")
                                .body("0\r\n\r\n")),
                400);
    }

    @Test
    void credential_inAHeaderWithUnderscores_400() {
        assertRefused(
                deployment
                        .gateway()
                        .send(RawRequest.get("/v1/orders").host(Shop.ACME_HOST).header("x_api_key", token.text())),
                400);
    }

    /** What another gateway could take for the path, or for a yes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Original-Url",
                "X-Rewrite-Url",
                "X-Envoy-Original-Path",
                "X-Envoy-Original-Host",
                "X-Envoy-Auth-Failure-Mode-Allowed",
            })
    void header_thatSaysWhatIsAskedFor_neitherBelievedNorPassedOn(String name) {
        RawRequest admin = RawRequest.get("/admin").host(Shop.ACME_HOST).bearer(token);

        assertThatAnswer(deployment.gateway().send(admin.header(name, "/v1/orders")))
                .isForbidden("PERMISSION_DENIED");
        Answer answer = deployment.gateway().send(good().header(name, "/admin"));
        assertThatAnswer(answer).isAllowed();
        assertThat(answer.received().orElseThrow().whole()).doesNotContain("/admin");
    }

    @Test
    void method_overriddenInAHeader_isStillTheRealOne() {
        Answer answer = deployment
                .gateway()
                .send(RawRequest.of("POST", "/v1/orders")
                        .host(Shop.ACME_HOST)
                        .bearer(token)
                        .header("X-HTTP-Method-Override", "GET")
                        .header("X-Original-Url", "/v1/orders/1"));

        assertThatAnswer(answer).isForbidden("PERMISSION_DENIED");
    }

    private RawRequest good() {
        return RawRequest.get("/v1/orders").host(Shop.ACME_HOST).bearer(token);
    }

    private int stackFrames() {
        return (int) deployment
                .keywarden()
                .log()
                .lines()
                .filter(line -> line.startsWith("\tat ") || line.startsWith("Caused by:"))
                .count();
    }

    private static void assertRefused(Answer answer, Integer... statuses) {
        assertThat(answer.status()).as(answer.toString()).isIn((Object[]) statuses);
        assertThat(answer.received()).isEmpty();
    }
}
