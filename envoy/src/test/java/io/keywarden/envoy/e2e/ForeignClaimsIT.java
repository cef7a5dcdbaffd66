package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.Grant;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may change something takes what is another's: a host, or the path of an operation. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForeignClaimsIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final String CATALOG = "claimed";
    private static final String OWNER = "claim-owner";
    private static final String HOST = "claim-owner.example";
    private static final String PATTERN_HOST = OWNER + ".platform.example";
    private static final String THIEF = "claim-thief";
    private static final String THIEF_HOST = "claim-thief.example";

    private Deployment deployment;
    private IssuedToken owners;
    private IssuedToken thiefs;
    /** Of who administers the thief's tenant, and no other. */
    private IssuedToken tenantAdmin;
    /** Of who edits what is no tenant's: catalogs and hosts. */
    private IssuedToken catalogEditor;

    @BeforeAll
    void makeTenants() {
        deployment = SHARED.get();
        Shop.catalog(deployment.admin(), CATALOG);
        Shop.tenantOf(deployment.admin(), CATALOG, OWNER, HOST);
        Shop.tenantOf(deployment.admin(), CATALOG, THIEF, THIEF_HOST);
        owners = deployment.admin().issue(OWNER, Shop.READ_ORDERS);
        thiefs = deployment.admin().issue(THIEF, Shop.EVERYTHING);
        tenantAdmin = administrator("tenants/" + THIEF);
        catalogEditor = administrator("*");
    }

    @ParameterizedTest
    @ValueSource(strings = {HOST, Shop.ACME_HOST})
    void host_ofAnother_takenAndNothingChanges(String host) {
        Answer answer = claim(THIEF, host);

        assertError(answer, 409, "HOST_TAKEN");
        assertThatAnswer(list(HOST, owners)).isAllowed();
        assertThatAnswer(list(HOST, thiefs)).isForbidden("WRONG_TENANT");
        assertThatAnswer(list(THIEF_HOST, thiefs)).isAllowed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CLAIM-OWNER.example",
                "claim-owner.example.",
                "claim-owner.example:443",
                "x@claim-owner.example",
                "claim-owner.example,claim-thief.example",
                "*.example",
                "claim_owner.example/",
            })
    void host_ofAnotherInAnotherSpelling_invalid(String host) {
        assertError(claim(THIEF, host), 400, "FIELD_INVALID");
    }

    @Test
    void host_ofAnother_throughTheirTenant_roleMissing() {
        assertError(claim(tenantAdmin, OWNER, THIEF_HOST), 403, "ROLE_MISSING");
        assertThatAnswer(list(HOST, owners)).isAllowed();
    }

    /** Hosts are everybody's: whoever may change one tenant has no right to new ones. */
    @Test
    void host_ofNobody_claimedByATenantsAdministrator_roleMissing() {
        assertError(claim(tenantAdmin, THIEF, "free.example"), 403, "ROLE_MISSING");
    }

    @Test
    void host_thatAPatternGivesToAnother_refused() {
        assertError(claim(THIEF, PATTERN_HOST), 409, "HOST_TAKEN");
        assertThatAnswer(list(PATTERN_HOST, owners)).isAllowed();
        assertThatAnswer(list(PATTERN_HOST, thiefs)).isForbidden("WRONG_TENANT");
    }

    /** It is nobody's by the pattern, since no tenant is called so. */
    @Test
    void host_ofAPatternThatNamesNoTenant_canBeClaimed() {
        assertThat(claim(THIEF, "www.platform.example").status()).isEqualTo(200);
        try {
            assertThatAnswer(list("www.platform.example", thiefs)).isAllowed();
        } finally {
            assertThat(hosts(catalogEditor, THIEF, THIEF_HOST).status()).isEqualTo(200);
        }
    }

    @Test
    void catalog_editedByATenantsAdministrator_roleMissing() {
        assertError(module(tenantAdmin, "mine", "GET", "/mine"), 403, "ROLE_MISSING");
        assertError(
                send(
                        tenantAdmin,
                        "PATCH",
                        "/v1/catalogs/" + CATALOG + "/modules/admin?updateMask=operations",
                        "{\"operations\": []}"),
                403,
                "ROLE_MISSING");
        assertError(send(tenantAdmin, "DELETE", "/v1/catalogs/" + CATALOG + "/modules/admin", ""), 403, "ROLE_MISSING");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin",
                "/v1/orders/{another}",
                "//admin",
                "/admin/../admin",
                "/%61dmin",
                "/admin%2f",
                "/admin;x",
                "/admin?x",
                "/admin#x",
                "http://claim-owner.example/admin",
            })
    void path_ofAnotherModule_invalid(String path) {
        assertError(module(catalogEditor, "spy", "GET", path), 400, "FIELD_INVALID");
        assertThatAnswer(get("/admin", HOST, owners)).isForbidden("PERMISSION_DENIED");
    }

    /** A right to the wider path is none to what stands there already. */
    @Test
    void path_thatIsWiderThanAnothers_leavesThatAsItIs() {
        assertThat(module(catalogEditor, "wide", "GET", "/{page}").status()).isEqualTo(200);
        try {
            IssuedToken token = deployment
                    .admin()
                    .issue(
                            OWNER,
                            Grant.newBuilder()
                                    .setModule("wide")
                                    .addActions(Action.READ)
                                    .build());
            assertThatAnswer(get("/about", HOST, token)).isAllowed();
            assertThatAnswer(get("/admin", HOST, token)).isForbidden("PERMISSION_DENIED");
            assertThatAnswer(get("/v1/orders", HOST, token)).isForbidden("PERMISSION_DENIED");
        } finally {
            assertThat(send(catalogEditor, "DELETE", "/v1/catalogs/" + CATALOG + "/modules/wide", "")
                            .status())
                    .isEqualTo(200);
        }
    }

    /** The other catalog says that {@code /admin} is an order; here it is not. */
    @Test
    void path_inACatalogOfOthers_meansNothingHere() {
        assertThat(send(catalogEditor, "POST", "/v1/catalogs?catalogId=claimed-too", "{}")
                        .status())
                .isEqualTo(200);
        assertThat(send(
                                catalogEditor,
                                "POST",
                                "/v1/catalogs/claimed-too/modules?moduleId=orders",
                                operation("GET", "/admin"))
                        .status())
                .isEqualTo(200);

        assertThatAnswer(get("/admin", HOST, owners)).isForbidden("PERMISSION_DENIED");
    }

    private IssuedToken administrator(String tenants) {
        return deployment
                .admin()
                .issue(
                        "system",
                        Grant.newBuilder()
                                .setModule("keywarden")
                                .addAllActions(List.of(Action.READ, Action.CREATE, Action.EDIT, Action.DELETE))
                                .addTenants(tenants)
                                .build());
    }

    private Answer claim(String tenant, String host) {
        return claim(catalogEditor, tenant, host);
    }

    private Answer claim(IssuedToken editor, String tenant, String host) {
        return hosts(editor, tenant, tenant + ".example\", \"" + host);
    }

    private Answer hosts(IssuedToken editor, String tenant, String hosts) {
        return send(editor, "PATCH", "/v1/tenants/" + tenant + "?updateMask=hosts", "{\"hosts\": [\"" + hosts + "\"]}");
    }

    private Answer module(IssuedToken editor, String module, String method, String path) {
        return send(editor, "POST", "/v1/catalogs/" + CATALOG + "/modules?moduleId=" + module, operation(method, path));
    }

    private static String operation(String method, String path) {
        return """
                {"operations": [{"id": "read", "action": "READ", "http": {"methods": ["%s"], "pathTemplate": "%s"}}]}\
                """.formatted(method, path);
    }

    private Answer send(IssuedToken caller, String method, String target, String json) {
        RawRequest request = RawRequest.of(method, target).host("admin").bearer(caller);
        return deployment
                .gateway()
                .sendToAdminRest(
                        json.isEmpty()
                                ? request
                                : request.header("Content-Type", "application/json")
                                        .body(json));
    }

    private Answer list(String host, IssuedToken token) {
        return get("/v1/orders", host, token);
    }

    private Answer get(String target, String host, IssuedToken token) {
        return deployment.gateway().send(RawRequest.get(target).host(host).bearer(token));
    }

    private static void assertError(Answer answer, int status, String reason) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.body()).contains("\"reason\":\"" + reason + "\"");
    }
}
