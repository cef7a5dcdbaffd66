package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import java.net.ConnectException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Admin API as JSON, through the listener for it in the shipped Envoy configuration. */
final class AdminRestIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String READ_ORDERS = "[{\"module\": \"orders\", \"actions\": [\"READ\"]}]";

    private Deployment deployment;

    @BeforeEach
    void takeDeployment() {
        deployment = SHARED.get();
    }

    @Test
    void token_createdWithJson_opensTheGatewayAndIsRead() {
        JsonNode created = ok(post(
                "/v1/tenants/acme/tokens?requestId=rest-1",
                "{\"displayName\": \"made with JSON\", \"grants\": " + READ_ORDERS + "}"));

        IssuedToken token = issued(created);
        assertThat(created.at("/plain/header").asText()).isEqualTo("authorization");
        assertThat(created.at("/plain/authorization").asText()).isEqualTo("Bearer " + token.text());
        assertThatAnswer(listOrders(token)).isAllowed();
        JsonNode read = ok(get("/v1/" + token.name()));
        assertThat(read.at("/token/displayName").asText()).isEqualTo("made with JSON");
        assertThat(read.at("/token/state").asText()).isEqualTo("ACTIVE");
        assertThat(read.toString()).doesNotContain(token.secret());
    }

    @Test
    void token_disabledEnabledRevokedDeleted_gatewayFollowsAtOnce() {
        IssuedToken token = create("one life");

        JsonNode disabled = ok(post("/v1/" + token.name() + ":disable", "{}"));
        assertThat(disabled.at("/token/state").asText()).isEqualTo("DISABLED");
        assertThatAnswer(listOrders(token)).isUnauthenticated("DISABLED", "invalid_token");

        ok(post("/v1/" + token.name() + ":enable", "{}"));
        assertThatAnswer(listOrders(token)).isAllowed();

        JsonNode revoked = ok(post("/v1/" + token.name() + ":revoke", "{\"reason\": \"COMPROMISED\"}"));
        assertThat(revoked.at("/token/revokeReason").asText()).isEqualTo("COMPROMISED");
        assertThatAnswer(listOrders(token)).isUnauthenticated("REVOKED", "invalid_token");
        assertThat(error(post("/v1/" + token.name() + ":enable", "{}"), 400, 9)).isEqualTo("TOKEN_REVOKED");

        JsonNode deleted = ok(send(request("DELETE", "/v1/" + token.name())));
        assertThat(deleted.at("/token/state").asText()).isEqualTo("DELETED");
        assertThatAnswer(listOrders(token)).isUnauthenticated("DELETED", "invalid_token");
        assertThat(names(ok(get("/v1/tenants/acme/tokens?pageSize=1000")))).doesNotContain(token.name());
        assertThat(names(ok(get("/v1/tenants/acme/tokens?pageSize=1000&showDeleted=true"))))
                .contains(token.name());
    }

    @Test
    void list_pages_holdEveryTokenOnceInOrder() {
        Shop.tenant(deployment.admin(), "paged", "paged.example");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(issued(ok(post("/v1/tenants/paged/tokens", "{\"displayName\": \"t" + i + "\"}")))
                    .name());
        }

        List<String> listed = new ArrayList<>();
        String next = "";
        int pages = 0;
        do {
            JsonNode page = ok(get("/v1/tenants/paged/tokens?pageSize=2&pageToken=" + next));
            listed.addAll(names(page));
            next = page.path("nextPageToken").asText("");
            pages++;
        } while (!next.isEmpty());

        assertThat(listed).isEqualTo(made);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void create_repeatedWithTheSameRequestId_secretWithheld() {
        String body = "{\"displayName\": \"said once\", \"grants\": " + READ_ORDERS + "}";
        IssuedToken token = issued(ok(post("/v1/tenants/acme/tokens?requestId=rest-2", body)));

        Answer repeat = post("/v1/tenants/acme/tokens?requestId=rest-2", body);

        assertThat(ok(repeat).at("/secretWithheld").asBoolean()).isTrue();
        assertThat(ok(repeat).at("/token/name").asText()).isEqualTo(token.name());
        assertThat(repeat.body()).doesNotContain(token.secret());
    }

    @Test
    void error_severalFields_allAreNamed() {
        Answer answer = post(
                "/v1/tenants/acme/tokens",
                "{\"expireTime\": \"2001-01-01T00:00:00Z\", \"grants\": [{\"module\": \"films\", \"actions\": [\"READ\"]}]}");

        assertThat(error(answer, 400, 3)).isEqualTo("FIELD_INVALID");
        JsonNode violations = detail(json(answer), "BadRequest").path("fieldViolations");
        assertThat(violations.findValuesAsText("field"))
                .containsExactly("token.display_name", "token.expire_time", "token.grants[0].module");
        assertThat(violations.findValuesAsText("description")).noneMatch(String::isBlank);
    }

    @Test
    void error_eachKind_hasItsStatusAndReason() {
        IssuedToken token = create("taken");

        assertThat(error(get("/v1/tenants/nobody"), 404, 5)).isEqualTo("TENANT_NOT_FOUND");
        assertThat(error(post("/v1/tenants/acme/tokens", "{\"displayName\": \"taken\"}"), 409, 6))
                .isEqualTo("NAME_TAKEN");
        assertThat(error(post("/v1/" + token.name() + ":disable", "{\"etag\": \"another\"}"), 409, 10))
                .isEqualTo("ETAG_MISMATCH");
    }

    @Test
    void call_withoutOrWithAWrongToken_unauthenticated() {
        assertThat(error(send(RawRequest.get("/v1/tenants").host("admin")), 401, 16))
                .isEqualTo("MISSING_CREDENTIAL");
        assertThat(error(send(authorized("GET", "/v1/tenants", "kwroot_wrong")), 401, 16))
                .isEqualTo("MALFORMED_CREDENTIAL");
        assertThat(error(
                        send(authorized("GET", "/v1/tenants", create("no admin").text())), 401, 16))
                .isEqualTo("WRONG_TENANT");
    }

    @Test
    void call_envoyRefuses_isStatusJsonToo() {
        assertEnvoysOwn(get("/v1/nothing"), 404, 5);
        assertEnvoysOwn(get("/v1/tenants?nope=1"), 400, 3);
        assertEnvoysOwn(post("/v1/tenants/acme/tokens", "{\"displayName\": \"open"), 400, 3);
    }

    @Test
    void call_escapedSlash_refused() {
        assertThat(get("/v1/tenants/acme%2Ftokens").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/tenants", "/keywarden.admin.v1.TenantService/ListTenants", "/grpc.health.v1.Health/Check"})
    void gateway_pathOfTheAdminApi_isNotServedThere(String path) {
        RawRequest asAdmin = authorized("GET", path, deployment.admin().bootstrapToken());

        Answer noTenant = deployment.gateway().send(asAdmin);
        Answer tenant = deployment
                .gateway()
                .send(RawRequest.get(path)
                        .host(Shop.ACME_HOST)
                        .bearer(deployment.admin().issue(Shop.ACME, Shop.EVERYTHING)));

        assertThatAnswer(noTenant).isUnauthenticated("INVALID_CREDENTIAL", "invalid_token");
        assertThatAnswer(tenant).isForbidden("UNKNOWN_OPERATION");
    }

    @Test
    void listener_onAnyOtherAddress_isNotThere() {
        // All of 127.0.0.0/8 leads to this machine, so a listener on every address would answer here.
        assertThatThrownBy(() -> new Socket("127.0.0.2", deployment.gateway().adminRestPort()).close())
                .isInstanceOf(ConnectException.class);
    }

    private IssuedToken create(String displayName) {
        return issued(ok(post(
                "/v1/tenants/acme/tokens",
                "{\"displayName\": \"" + displayName + "\", \"grants\": " + READ_ORDERS + "}")));
    }

    private Answer listOrders(IssuedToken token) {
        return deployment
                .gateway()
                .send(RawRequest.get("/v1/orders").host(Shop.ACME_HOST).bearer(token));
    }

    private Answer get(String target) {
        return send(request("GET", target));
    }

    private Answer post(String target, String body) {
        return send(request("POST", target)
                .header("Content-Type", "application/json")
                .body(body));
    }

    private RawRequest request(String method, String target) {
        return authorized(method, target, deployment.admin().bootstrapToken());
    }

    private static RawRequest authorized(String method, String target, String token) {
        return RawRequest.of(method, target).host("admin").header("Authorization", "Bearer " + token);
    }

    private Answer send(RawRequest request) {
        return deployment.gateway().sendToAdminRest(request);
    }

    private static IssuedToken issued(JsonNode created) {
        return new IssuedToken(
                created.at("/token/name").asText(), created.at("/plain/secret").asText());
    }

    private static List<String> names(JsonNode page) {
        return page.path("tokens").findValuesAsText("name");
    }

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return json(answer);
    }

    /** Asserts that it is a google.rpc.Status, and answers its reason. */
    private static String error(Answer answer, int status, int code) {
        JsonNode body = json(answer);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(body.path("code").asInt()).isEqualTo(code);
        assertThat(body.path("message").asText()).isNotBlank();
        JsonNode info = detail(body, "ErrorInfo");
        assertThat(info.path("domain").asText()).isEqualTo("keywarden.io");
        return info.path("reason").asText();
    }

    /** Envoy knows no details, but the form is the same. */
    private static void assertEnvoysOwn(Answer answer, int status, int code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(json(answer).path("code").asInt()).isEqualTo(code);
        assertThat(json(answer).path("message").asText()).isNotBlank();
    }

    private static JsonNode detail(JsonNode status, String type) {
        for (JsonNode detail : status.path("details")) {
            if (detail.path("@type").asText().equals("type.googleapis.com/google.rpc." + type)) {
                return detail;
            }
        }
        throw new AssertionError("no " + type + " in " + status);
    }

    private static JsonNode json(Answer answer) {
        assertThat(answer.header("content-type")).containsExactly("application/json");
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + answer, e);
        }
    }
}
