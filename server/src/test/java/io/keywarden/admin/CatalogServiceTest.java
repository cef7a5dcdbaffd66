package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.http;
import static io.keywarden.admin.Fixtures.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.DeleteModuleRequest;
import io.keywarden.admin.v1.GetCatalogRequest;
import io.keywarden.admin.v1.GetModuleRequest;
import io.keywarden.admin.v1.GrpcMatch;
import io.keywarden.admin.v1.ListCatalogsRequest;
import io.keywarden.admin.v1.ListCatalogsResponse;
import io.keywarden.admin.v1.ListModulesRequest;
import io.keywarden.admin.v1.ListModulesResponse;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Operation;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.RecordKind;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class CatalogServiceTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @Nested
    final class Catalogs {
        @Test
        void createCatalog_minimal_defaultsDisplayName() {
            Catalog made =
                    admin.catalogs().createCatalog(Fixtures.catalog("shop")).getCatalog();
            assertThat(made.getName()).isEqualTo("catalogs/shop");
            assertThat(made.getDisplayName()).isEqualTo("shop");
            assertThat(made.getRevision()).isEqualTo(1);
            assertThat(made.getEtag()).hasSize(16);
            assertThat(get("shop")).isEqualTo(made);
        }

        @Test
        void createCatalog_idTaken_alreadyExists() {
            admin.catalogs().createCatalog(Fixtures.catalog("shop"));
            Failure failed = failure(() -> admin.catalogs().createCatalog(Fixtures.catalog("shop")));
            assertThat(failed.what()).isEqualTo("ALREADY_EXISTS ID_TAKEN");
            assertThat(failed.resource()).isEqualTo("keywarden.io/Catalog catalogs/shop");
        }

        @Test
        void createCatalog_sameRequestId_sameCatalog() {
            CreateCatalogRequest request =
                    Fixtures.catalog("shop").toBuilder().setRequestId("r1").build();
            Catalog made = admin.catalogs().createCatalog(request).getCatalog();
            assertThat(admin.catalogs().createCatalog(request).getCatalog()).isEqualTo(made);
        }

        @Test
        void createCatalog_sameRequestIdOtherContent_refused() {
            CreateCatalogRequest.Builder request =
                    Fixtures.catalog("shop").toBuilder().setRequestId("r1");
            admin.catalogs().createCatalog(request.build());
            request.setCatalog(Catalog.newBuilder().setDisplayName("Other"));
            assertThat(failure(() -> admin.catalogs().createCatalog(request.build()))
                            .what())
                    .isEqualTo("INVALID_ARGUMENT REQUEST_ID_REUSED");
        }

        @Test
        void createCatalog_wrongFields_allTold() {
            CreateCatalogRequest request = CreateCatalogRequest.newBuilder()
                    .setCatalogId("Shop")
                    .setCatalog(Catalog.newBuilder().setDisplayName("x".repeat(201)))
                    .setRequestId("r".repeat(129))
                    .build();
            Failure failed = failure(() -> admin.catalogs().createCatalog(request));
            assertThat(failed.what()).isEqualTo("INVALID_ARGUMENT FIELD_INVALID");
            assertThat(failed.fields()).containsExactly("catalog_id", "request_id", "catalog.display_name");
        }

        @Test
        void getCatalog_unknown_notFound() {
            Failure failed = failure(() -> get("shop"));
            assertThat(failed.what()).isEqualTo("NOT_FOUND CATALOG_NOT_FOUND");
            assertThat(failed.resource()).isEqualTo("keywarden.io/Catalog catalogs/shop");
        }

        @Test
        void listCatalogs_pages_eachOnceInOrder() {
            List.of("delta", "alpha", "charlie", "bravo", "echo")
                    .forEach(id -> admin.catalogs().createCatalog(Fixtures.catalog(id)));
            ListCatalogsRequest.Builder request =
                    ListCatalogsRequest.newBuilder().setPageSize(2);
            ListCatalogsResponse first = admin.catalogs().listCatalogs(request.build());
            ListCatalogsResponse second = admin.catalogs()
                    .listCatalogs(request.setPageToken(first.getNextPageToken()).build());
            ListCatalogsResponse third = admin.catalogs()
                    .listCatalogs(
                            request.setPageToken(second.getNextPageToken()).build());
            assertThat(ids(first)).containsExactly("catalogs/alpha", "catalogs/bravo");
            assertThat(ids(second)).containsExactly("catalogs/charlie", "catalogs/delta");
            assertThat(ids(third)).containsExactly("catalogs/echo");
            assertThat(third.getNextPageToken()).isEmpty();
        }

        @Test
        void listCatalogs_wrongPage_refused() {
            ListCatalogsRequest request = ListCatalogsRequest.newBuilder()
                    .setPageSize(1001)
                    .setPageToken("?")
                    .build();
            assertThat(failure(() -> admin.catalogs().listCatalogs(request)).fields())
                    .containsExactly("page_size", "page_token");
        }

        private List<String> ids(ListCatalogsResponse page) {
            return page.getCatalogsList().stream().map(Catalog::getName).toList();
        }
    }

    @Nested
    final class Modules {
        @Test
        void createModule_valid_storedAsAskedAndRevisionCounts() {
            admin.catalogs().createCatalog(Fixtures.catalog("shop"));
            CreateModuleRequest request = Fixtures.orders();
            Module made = admin.catalogs().createModule(request).getModule();
            assertThat(made.getName()).isEqualTo("catalogs/shop/modules/orders");
            assertThat(made.getOperationsList()).isEqualTo(request.getModule().getOperationsList());
            assertThat(admin.catalogs()
                            .getModule(GetModuleRequest.newBuilder()
                                    .setName(made.getName())
                                    .build())
                            .getModule())
                    .isEqualTo(made);
            assertThat(get("shop").getRevision()).isEqualTo(2);
        }

        @Test
        void createModule_valid_bothHistoriesTell() {
            admin.catalogs().createCatalog(Fixtures.catalog("shop"));
            admin.catalogs().createModule(Fixtures.orders());
            List<EventRecord> ofCatalog = history(RecordKind.CATALOG);
            assertThat(ofCatalog).extracting(EventRecord::getKind).containsExactly("CreateCatalog", "CreateModule");
            assertThat(ofCatalog.get(1).getChanges(0).getAfter()).isEqualTo("\"orders\"");
            EventRecord ofModule = history(RecordKind.MODULE).get(0);
            assertThat(ofModule.getPrincipal()).isEqualTo("bootstrap");
            assertThat(ofModule.getChangesList())
                    .extracting(change -> change.getPath())
                    .containsExactly("display_name", "operations");
        }

        @Test
        void createModule_unknownCatalog_notFound() {
            assertThat(failure(() -> admin.catalogs().createModule(Fixtures.orders()))
                            .what())
                    .isEqualTo("NOT_FOUND CATALOG_NOT_FOUND");
        }

        @Test
        void createModule_idTaken_alreadyExists() {
            Fixtures.shop(admin);
            assertThat(failure(() -> admin.catalogs().createModule(Fixtures.orders()))
                            .what())
                    .isEqualTo("ALREADY_EXISTS ID_TAKEN");
        }

        @Test
        void createModule_sameRequestId_sameModule() {
            admin.catalogs().createCatalog(Fixtures.catalog("shop"));
            CreateModuleRequest request =
                    Fixtures.orders().toBuilder().setRequestId("r1").build();
            Module made = admin.catalogs().createModule(request).getModule();
            assertThat(admin.catalogs().createModule(request).getModule()).isEqualTo(made);
            CreateModuleRequest.Builder other = request.toBuilder();
            other.getModuleBuilder().setRestricted(true);
            assertThat(failure(() -> admin.catalogs().createModule(other.build()))
                            .what())
                    .isEqualTo("INVALID_ARGUMENT REQUEST_ID_REUSED");
        }

        @Test
        void createModule_operationAnswersAnothersRequests_refusedNamingBoth() {
            Fixtures.shop(admin);
            CreateModuleRequest request = module(
                    "more", Module.newBuilder().addOperations(http("all", Action.READ, "GET", "/v1/orders/{id}")));
            Failure failed = failure(() -> admin.catalogs().createModule(request));
            assertThat(failed.what()).isEqualTo("INVALID_ARGUMENT FIELD_INVALID");
            assertThat(failed.fields()).containsExactly("module.operations");
            assertThat(failed.message()).contains("orders.get").contains("more.all");
        }

        @Test
        void createModule_anotherWriterFirst_bothThere() {
            Fixtures.shop(admin);
            admin.store.beforeNextCommit(() -> admin.catalogs().createModule(module("bills", Module.newBuilder())));
            admin.catalogs().createModule(module("carts", Module.newBuilder()));
            assertThat(moduleIds()).containsExactly("bills", "carts", "orders");
        }

        @Test
        void createModule_wrongFields_allTold() {
            Module.Builder wrong = Module.newBuilder()
                    .setDisplayName(" ")
                    .addHosts("api.example")
                    .addHosts("API.example")
                    .addHosts("api.example")
                    .addOperations(http("Bad", Action.ACTION_UNSPECIFIED, "get", "v1"))
                    .addOperations(Operation.newBuilder().setId("a").setAction(Action.READ))
                    .addOperations(Operation.newBuilder()
                            .setId("a")
                            .setAction(Action.READ)
                            .setGrpc(GrpcMatch.newBuilder().setService("a/b").setMethod("")));
            CreateModuleRequest request =
                    module("x_", wrong).toBuilder().setParent("shop").build();
            assertThat(failure(() -> admin.catalogs().createModule(request)).fields())
                    .containsExactly(
                            "parent",
                            "module_id",
                            "module.display_name",
                            "module.hosts[1]",
                            "module.hosts[2]",
                            "module.operations[0].id",
                            "module.operations[0].action",
                            "module.operations[0].http.methods[0]",
                            "module.operations[0].http.path_template",
                            "module.operations[1]",
                            "module.operations[2].id",
                            "module.operations[2].grpc.service",
                            "module.operations[2].grpc.method");
        }

        @Test
        void createModule_tooManyWrongFields_answerStaysSmall() {
            Module.Builder wrong = Module.newBuilder();
            for (int i = 0; i < 500; i++) {
                wrong.addOperations(Operation.newBuilder().setId("B" + i));
            }
            Failure failed = failure(() -> admin.catalogs().createModule(module("m", wrong)));
            assertThat(failed.fields()).hasSize(20);
            assertThat(failed.message()).contains("more");
        }

        @Test
        void listModules_pages_eachOnceInOrder() {
            Fixtures.shop(admin);
            admin.catalogs().createModule(module("bills", Module.newBuilder()));
            admin.catalogs().createModule(module("carts", Module.newBuilder()));
            ListModulesRequest.Builder request =
                    ListModulesRequest.newBuilder().setParent("catalogs/shop").setPageSize(2);
            ListModulesResponse first = admin.catalogs().listModules(request.build());
            ListModulesResponse second = admin.catalogs()
                    .listModules(request.setPageToken(first.getNextPageToken()).build());
            assertThat(first.getModulesList())
                    .extracting(Module::getDisplayName)
                    .containsExactly("bills", "carts");
            assertThat(second.getModulesList())
                    .extracting(Module::getDisplayName)
                    .containsExactly("orders");
            assertThat(second.getNextPageToken()).isEmpty();
        }

        @Test
        void deleteModule_there_goneAndTombstoneHasNoOperations() {
            Fixtures.shop(admin);
            admin.catalogs().deleteModule(delete(""));
            assertThat(moduleIds()).isEmpty();
            assertThat(failure(() -> admin.catalogs().deleteModule(delete(""))).what())
                    .isEqualTo("NOT_FOUND MODULE_NOT_FOUND");
            assertThat(history(RecordKind.MODULE))
                    .extracting(EventRecord::getKind)
                    .containsExactly("CreateModule", "DeleteModule");
        }

        @Test
        void deleteModule_otherEtag_aborted() {
            Fixtures.shop(admin);
            Failure failed = failure(() -> admin.catalogs().deleteModule(delete("other")));
            assertThat(failed.what()).isEqualTo("ABORTED ETAG_MISMATCH");
            String etag = admin.catalogs()
                    .getModule(GetModuleRequest.newBuilder()
                            .setName("catalogs/shop/modules/orders")
                            .build())
                    .getModule()
                    .getEtag();
            admin.catalogs().deleteModule(delete(etag));
        }

        @Test
        void deleteModule_thenMadeAgain_hasAnotherIdentity() {
            Fixtures.shop(admin);
            admin.catalogs().deleteModule(delete(""));
            admin.catalogs().createModule(Fixtures.orders());
            assertThat(admin.records().stream().filter(r -> r.key().kind() == RecordKind.MODULE))
                    .hasSize(2);
        }

        private DeleteModuleRequest delete(String etag) {
            return DeleteModuleRequest.newBuilder()
                    .setName("catalogs/shop/modules/orders")
                    .setEtag(etag)
                    .build();
        }

        private List<String> moduleIds() {
            return admin
                    .catalogs()
                    .listModules(ListModulesRequest.newBuilder()
                            .setParent("catalogs/shop")
                            .build())
                    .getModulesList()
                    .stream()
                    .map(found -> found.getName().substring("catalogs/shop/modules/".length()))
                    .toList();
        }
    }

    private Catalog get(String id) {
        return admin.catalogs()
                .getCatalog(
                        GetCatalogRequest.newBuilder().setName("catalogs/" + id).build())
                .getCatalog();
    }

    private List<EventRecord> history(RecordKind kind) {
        return admin.records().stream()
                .filter(record -> record.key().kind() == kind)
                .findFirst()
                .map(record -> admin.history(record.key()))
                .orElseThrow();
    }
}
