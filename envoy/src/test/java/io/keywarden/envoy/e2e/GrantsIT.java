package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;

import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.HttpMatch;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Operation;
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

/** What each kind of grant opens, and what stays closed: rows 4, 13 and 19 of the requirements. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GrantsIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final String NAME = "grants";
    private static final String HOST = "grants.example";

    private Deployment deployment;

    @BeforeAll
    void makeCatalog() {
        deployment = SHARED.get();
        deployment
                .admin()
                .catalogs()
                .createCatalog(CreateCatalogRequest.newBuilder()
                        .setCatalogId(NAME)
                        .setCatalog(Catalog.getDefaultInstance())
                        .build());
        Operation list = operation("list", Action.READ, "GET", "/jobs");
        Operation add = operation("add", Action.CREATE, "POST", "/jobs");
        Operation edit = operation("edit", Action.EDIT, "PUT", "/jobs/{job}");
        Operation remove = operation("remove", Action.DELETE, "DELETE", "/jobs/{job}");
        Operation export = operation("export", Action.READ, "GET", "/jobs/export").toBuilder()
                .setRestricted(true)
                .build();
        module("jobs", Module.newBuilder().addAllOperations(List.of(list, add, edit, remove, export)));
        module(
                "payouts",
                Module.newBuilder()
                        .setRestricted(true)
                        .addOperations(operation("list", Action.READ, "GET", "/payouts")));
        Shop.tenantOf(deployment.admin(), NAME, NAME, HOST);
    }

    @Test
    void module_withTwoActions_opensTheseAndNoOther() {
        IssuedToken token = issue(Grant.newBuilder()
                .setModule("jobs")
                .addActions(Action.READ)
                .addActions(Action.EDIT)
                .build());

        assertThatAnswer(send("GET", "/jobs", token)).isAllowed();
        assertThatAnswer(send("GET", "/jobs/", token)).isAllowed();
        assertThatAnswer(send("PUT", "/jobs/7", token)).isAllowed();
        assertThatAnswer(send("POST", "/jobs", token)).isForbidden("PERMISSION_DENIED");
        assertThatAnswer(send("DELETE", "/jobs/7", token)).isForbidden("PERMISSION_DENIED");
        assertThatAnswer(send("GET", "/jobs/export", token)).isForbidden("PERMISSION_DENIED");
    }

    @Test
    void allModules_everyAction_leavesOutWhatIsRestricted() {
        IssuedToken token = issue(Shop.EVERYTHING);

        assertThatAnswer(send("DELETE", "/jobs/7", token)).isAllowed();
        assertThatAnswer(send("GET", "/jobs/export", token)).isForbidden("PERMISSION_DENIED");
        assertThatAnswer(send("GET", "/payouts", token)).isForbidden("PERMISSION_DENIED");
    }

    @Test
    void restrictedModule_named_isOpen() {
        IssuedToken token = issue(
                Grant.newBuilder().setModule("payouts").addActions(Action.READ).build());

        assertThatAnswer(send("GET", "/payouts", token)).isAllowed();
        assertThatAnswer(send("GET", "/jobs", token)).isForbidden("PERMISSION_DENIED");
    }

    @Test
    void operation_named_isOpenAloneEvenWhereRestricted() {
        IssuedToken token = issue(Grant.newBuilder().setOperation("jobs.export").build());

        assertThatAnswer(send("GET", "/jobs/export", token)).isAllowed();
        assertThatAnswer(send("GET", "/jobs", token)).isForbidden("PERMISSION_DENIED");
    }

    private IssuedToken issue(Grant grant) {
        return deployment.admin().issue(NAME, grant);
    }

    private Answer send(String method, String target, IssuedToken token) {
        return deployment
                .gateway()
                .send(RawRequest.of(method, target).host(HOST).bearer(token));
    }

    private void module(String id, Module.Builder module) {
        deployment
                .admin()
                .catalogs()
                .createModule(CreateModuleRequest.newBuilder()
                        .setParent("catalogs/" + NAME)
                        .setModuleId(id)
                        .setModule(module)
                        .build());
    }

    private static Operation operation(String id, Action action, String method, String path) {
        return Operation.newBuilder()
                .setId(id)
                .setAction(action)
                .setHttp(HttpMatch.newBuilder().addMethods(method).setPathTemplate(path))
                .build();
    }
}
