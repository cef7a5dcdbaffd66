package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.http;
import static io.keywarden.admin.Fixtures.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.DeleteCatalogRequest;
import io.keywarden.admin.v1.GetCatalogRequest;
import io.keywarden.admin.v1.GetModuleRequest;
import io.keywarden.admin.v1.ListCatalogsRequest;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.UpdateCatalogRequest;
import io.keywarden.admin.v1.UpdateModuleRequest;
import io.keywarden.store.Commit;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OperationRecord;
import io.keywarden.store.v1.RecordKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class UpdateCatalogTest {
    private static final String SHOP = "catalogs/shop";
    private static final String ORDERS = "catalogs/shop/modules/orders";

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeModule() {
        admin.catalogs().createCatalog(Fixtures.catalog("shop"));
        admin.catalogs().createModule(Fixtures.orders());
    }

    @Nested
    final class Modules {
        @Test
        void updateModule_oneFieldByMask_onlyThatChanges() {
            Module before = get();
            Module after = update(Module.newBuilder().setRestricted(true).addHosts("not.named"), "restricted");
            assertThat(after.getRestricted()).isTrue();
            assertThat(after.toBuilder()
                            .setRestricted(false)
                            .setEtag(before.getEtag())
                            .setUpdateTime(before.getUpdateTime())
                            .build())
                    .isEqualTo(before);
            assertThat(get()).isEqualTo(after);
            assertThat(catalog().getRevision()).isEqualTo(3);
        }

        @Test
        void updateModule_noMask_whatIsSetChanges() {
            Module after = update(Module.newBuilder().setDisplayName("All orders"));
            assertThat(after.getDisplayName()).isEqualTo("All orders");
            assertThat(after.getOperationsList()).isEqualTo(get().getOperationsList());
            assertThat(after.getOperationsCount()).isEqualTo(4);
        }

        @Test
        void updateModule_star_everythingChanges() {
            Module after = update(Module.newBuilder().addHosts("api.example"), "*");
            assertThat(after.getHostsList()).containsExactly("api.example");
            assertThat(after.getOperationsList()).isEmpty();
            assertThat(after.getDisplayName()).isEqualTo("orders");
        }

        @Test
        void updateModule_operationKeepsItsId_keepsItsUidAndOneThatCameBackDoesNot() {
            Map<String, String> before = uids();
            update(Module.newBuilder().addOperations(http("list", Action.EDIT, "PUT", "/v2/orders")), "operations");
            update(
                    Module.newBuilder()
                            .addOperations(http("list", Action.READ, "GET", "/v1/orders"))
                            .addOperations(http("get", Action.READ, "GET", "/v1/orders/{order}")),
                    "operations");
            Map<String, String> after = uids();
            assertThat(after.get("list")).isEqualTo(before.get("list"));
            assertThat(after.get("get")).isNotEqualTo(before.get("get"));
        }

        @Test
        void updateModule_otherEtag_aborted() {
            Module.Builder stale = Module.newBuilder().setRestricted(true).setEtag("other");
            assertThat(failure(() -> update(stale)).what()).isEqualTo("ABORTED ETAG_MISMATCH");
            update(stale.setEtag(get().getEtag()));
        }

        @Test
        void updateModule_nothingDiffers_nothingIsWritten() {
            Module before = get();
            assertThat(update(before.toBuilder().clearEtag(), "*")).isEqualTo(before);
            assertThat(catalog().getRevision()).isEqualTo(2);
        }

        @Test
        void updateModule_unknown_notFound() {
            UpdateModuleRequest request = UpdateModuleRequest.newBuilder()
                    .setModule(Module.newBuilder().setName("catalogs/shop/modules/bills"))
                    .build();
            assertThat(failure(() -> admin.catalogs().updateModule(request)).what())
                    .isEqualTo("NOT_FOUND MODULE_NOT_FOUND");
        }

        @Test
        void updateModule_wrongFields_allTold() {
            Module.Builder wrong =
                    Module.newBuilder().addHosts("API").addOperations(http("a", Action.READ, "GET", "v1"));
            assertThat(failure(() -> update(wrong)).fields())
                    .containsExactly("module.hosts[0]", "module.operations[0].http.path_template");
            assertThat(failure(() -> update(Module.newBuilder(), "name", "operations.id"))
                            .fields())
                    .containsExactly("update_mask");
            assertThat(failure(() -> update(Module.newBuilder(), "*", "hosts")).fields())
                    .containsExactly("update_mask");
        }

        @Test
        void updateModule_answersAnothersRequests_refusedAcrossModulesAndHosts() {
            Module.Builder onHost = Module.newBuilder()
                    .addHosts("one.example")
                    .addOperations(http("all", Action.READ, "GET", "/v1/bills/{id}"));
            admin.catalogs().createModule(module("bills", onHost));
            Module.Builder elsewhere = Module.newBuilder()
                    .addHosts("two.example")
                    .addOperations(http("all", Action.READ, "GET", "/v1/bills/{bill}"));
            admin.catalogs().createModule(module("more", elsewhere));
            UpdateModuleRequest anywhere = UpdateModuleRequest.newBuilder()
                    .setModule(Module.newBuilder().setName("catalogs/shop/modules/more"))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("hosts"))
                    .build();
            long revision = catalog().getRevision();
            Failure failed = failure(() -> admin.catalogs().updateModule(anywhere));
            assertThat(failed.what()).isEqualTo("INVALID_ARGUMENT FIELD_INVALID");
            assertThat(failed.fields()).containsExactly("module.operations");
            assertThat(failed.message()).contains("bills.all").contains("more.all");
            assertThat(catalog().getRevision()).isEqualTo(revision);
        }

        @Test
        void updateModule_anotherWriterFirst_bothAreThere() {
            admin.store.beforeNextCommit(() -> admin.catalogs().createModule(module("bills", Module.newBuilder())));
            update(Module.newBuilder().setRestricted(true));
            assertThat(get().getRestricted()).isTrue();
            assertThat(catalog().getRevision()).isEqualTo(4);
        }

        @Test
        void updateModule_valid_bothHistoriesTell() {
            update(Module.newBuilder().setRestricted(true));
            EventRecord ofModule = last(RecordKind.MODULE);
            assertThat(ofModule.getKind()).isEqualTo("UpdateModule");
            assertThat(ofModule.getChangesList())
                    .extracting(change -> change.getPath())
                    .containsExactly("restricted");
            assertThat(last(RecordKind.CATALOG).getChanges(0).getAfter()).isEqualTo("\"orders\"");
        }

        @Test
        void updateModule_shadow_onlyForThirtyDaysAhead() {
            java.time.Instant now = admin.clock.instant();
            assertThat(failure(() -> update(shadow(now))).fields()).containsExactly("module.shadow_until");
            assertThat(failure(() -> update(shadow(now.plus(Duration.ofDays(30)).plusSeconds(1))))
                            .fields())
                    .containsExactly("module.shadow_until");
            Module after = update(shadow(now.plus(Duration.ofDays(30))));
            assertThat(get()).isEqualTo(after);
            assertThat(after.getShadowUntil()).isEqualTo(RecordWrites.timestamp(now.plus(Duration.ofDays(30))));
            admin.clock.advance(Duration.ofDays(31));
            assertThat(update(get().toBuilder().setRestricted(true), "*").hasShadowUntil())
                    .isTrue();
            assertThat(update(Module.newBuilder(), "shadow_until").hasShadowUntil())
                    .isFalse();
        }

        @Test
        void updateModule_shadow_needsTheRightToTurnItOn() {
            io.grpc.Channel caller = SystemTokens.with(
                    admin,
                    List.of(SystemTokens.operation("UpdateModule", "*"), SystemTokens.operation("CreateModule", "*")));
            io.keywarden.admin.v1.CatalogServiceGrpc.CatalogServiceBlockingStub stub =
                    io.keywarden.admin.v1.CatalogServiceGrpc.newBlockingStub(caller);
            java.time.Instant until = admin.clock.instant().plusSeconds(60);
            UpdateModuleRequest on = UpdateModuleRequest.newBuilder()
                    .setModule(shadow(until).setName(ORDERS))
                    .build();
            assertThat(failure(() -> stub.updateModule(on)).what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING");
            assertThat(failure(() -> stub.createModule(module("a", shadow(until))))
                            .what())
                    .isEqualTo("PERMISSION_DENIED ROLE_MISSING");
            update(shadow(until));
            UpdateModuleRequest off = on.toBuilder()
                    .setModule(Module.newBuilder().setName(ORDERS))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("shadow_until"))
                    .build();
            assertThat(stub.updateModule(off).getModule().hasShadowUntil()).isFalse();
        }

        @Test
        void createModule_shadow_storedOrRefused() {
            CreateModuleRequest late = module("a", shadow(admin.clock.instant().plus(Duration.ofDays(31))));
            Failure failed = failure(() -> admin.catalogs().createModule(late));
            assertThat(failed.fields()).containsExactly("module.shadow_until");
            assertThat(failed.message()).contains("a time in the future, at most 30 days ahead");
            CreateModuleRequest right = module("a", shadow(admin.clock.instant().plusSeconds(60)));
            assertThat(admin.catalogs().createModule(right).getModule().hasShadowUntil())
                    .isTrue();
        }

        @Test
        void updateModule_takesARightAway_isWrittenToAFullStoreToo() {
            assertThat(urgency(Module.newBuilder().setRestricted(true))).isEqualTo(Commit.Urgency.NARROWS);
            assertThat(urgency(Module.newBuilder().setDisplayName("Other"))).isEqualTo(Commit.Urgency.GROWS);
            assertThat(urgency(Module.newBuilder().addHosts("api.example"))).isEqualTo(Commit.Urgency.NARROWS);
            assertThat(urgency(shadow(admin.clock.instant().plusSeconds(60)))).isEqualTo(Commit.Urgency.GROWS);
            assertThat(urgency(shadow(admin.clock.instant().plusSeconds(30)))).isEqualTo(Commit.Urgency.NARROWS);
            assertThat(urgency(Module.newBuilder().addOperations(http("list", Action.READ, "GET", "/v1/orders"))))
                    .isEqualTo(Commit.Urgency.NARROWS);
        }

        private Commit.Urgency urgency(Module.Builder module) {
            update(module);
            List<Commit> all = admin.store.committed();
            return all.get(all.size() - 1).urgency();
        }

        private Module.Builder shadow(java.time.Instant until) {
            return Module.newBuilder().setShadowUntil(RecordWrites.timestamp(until));
        }
    }

    @Nested
    final class Catalogs {
        @Test
        void updateCatalog_displayName_changes() {
            Catalog.Builder wanted = Catalog.newBuilder()
                    .setName(SHOP)
                    .setDisplayName("The shop")
                    .setEtag(catalog().getEtag());
            Catalog after = updateCatalog(wanted, "display_name");
            assertThat(after.getDisplayName()).isEqualTo("The shop");
            assertThat(catalog()).isEqualTo(after);
            assertThat(last(RecordKind.CATALOG).getChanges(0).getPath()).isEqualTo("display_name");
            assertThat(failure(() -> updateCatalog(wanted)).what()).isEqualTo("ABORTED ETAG_MISMATCH");
            assertThat(updateCatalog(Catalog.newBuilder().setName(SHOP), "*").getDisplayName())
                    .isEqualTo("shop");
            assertThat(get().getOperationsCount()).isEqualTo(4);
        }

        @Test
        void updateCatalog_wrongFields_told() {
            assertThat(failure(() -> updateCatalog(Catalog.newBuilder().setName("shop"), "revision"))
                            .fields())
                    .containsExactly("catalog.name", "update_mask");
            assertThat(failure(() -> updateCatalog(
                                    Catalog.newBuilder().setName(SHOP).setDisplayName(" ")))
                            .fields())
                    .containsExactly("catalog.display_name");
        }

        @Test
        void deleteCatalog_used_refusedUntilItsTenantIsOnAnother() {
            admin.tenants().createTenant(Fixtures.tenant("acme", "api.acme.example"));
            Failure failed = failure(() -> delete(true, ""));
            assertThat(failed.what()).isEqualTo("FAILED_PRECONDITION CATALOG_IN_USE");
            assertThat(failed.message()).contains("tenants/acme");
            assertThat(catalog().getRevision()).isEqualTo(2);
        }

        @Test
        void deleteCatalog_hasModules_onlyWithForce() {
            Failure failed = failure(() -> delete(false, ""));
            assertThat(failed.what()).isEqualTo("FAILED_PRECONDITION CATALOG_NOT_EMPTY");
            assertThat(failed.precondition()).isEqualTo("CATALOG_NOT_EMPTY " + SHOP);
            delete(true, "");
            assertThat(failure(UpdateCatalogTest.this::catalog).what()).isEqualTo("NOT_FOUND CATALOG_NOT_FOUND");
            assertThat(failure(() -> delete(true, "")).what()).isEqualTo("NOT_FOUND CATALOG_NOT_FOUND");
            assertThat(storedModule().getOperationsCount()).isZero();
            assertThat(admin.catalogs()
                            .listCatalogs(ListCatalogsRequest.getDefaultInstance())
                            .getCatalogsList())
                    .isEmpty();
        }

        @Test
        void deleteCatalog_thenMadeAgain_isAnotherOneWithoutModules() {
            delete(true, "");
            Catalog again =
                    admin.catalogs().createCatalog(Fixtures.catalog("shop")).getCatalog();
            assertThat(again.getRevision()).isEqualTo(1);
            assertThat(admin.catalogs()
                            .listCatalogs(ListCatalogsRequest.getDefaultInstance())
                            .getCatalogsList())
                    .containsExactly(again);
            assertThat(failure(UpdateCatalogTest.this::get).what()).isEqualTo("NOT_FOUND MODULE_NOT_FOUND");
        }

        @Test
        void deleteCatalog_manyModules_allGoInSteps() {
            for (int i = 0; i < 45; i++) {
                admin.catalogs().createModule(module("m" + i, Module.newBuilder()));
            }
            int before = admin.store.committed().size();
            delete(true, catalog().getEtag());
            assertThat(admin.store.committed().size() - before).isEqualTo(4);
            assertThat(failure(UpdateCatalogTest.this::catalog).what()).isEqualTo("NOT_FOUND CATALOG_NOT_FOUND");
        }

        @Test
        void deleteCatalog_otherEtag_aborted() {
            assertThat(failure(() -> delete(true, "other")).what()).isEqualTo("ABORTED ETAG_MISMATCH");
        }

        private void delete(boolean force, String etag) {
            admin.catalogs()
                    .deleteCatalog(DeleteCatalogRequest.newBuilder()
                            .setName(SHOP)
                            .setForce(force)
                            .setEtag(etag)
                            .build());
        }

        private Catalog updateCatalog(Catalog.Builder catalog, String... mask) {
            return admin.catalogs()
                    .updateCatalog(UpdateCatalogRequest.newBuilder()
                            .setCatalog(catalog)
                            .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(mask)))
                            .build())
                    .getCatalog();
        }
    }

    @Nested
    final class Lost {
        @Test
        void look_updateWasLost_isMadeAgain() {
            Runnable older = admin.store.inner().snapshot();
            update(Module.newBuilder().addOperations(http("list", Action.READ, "GET", "/v1/orders")));
            update(Module.newBuilder().setDisplayName("Orders, later"));
            Map<String, String> uids = uids();
            older.run();
            admin.condition.epoch("second");
            admin.lostWrites().look();
            assertThat(get().getOperationsList())
                    .extracting(found -> found.getId())
                    .containsExactly("list");
            assertThat(get().getDisplayName()).isEqualTo("Orders, later");
            assertThat(uids()).isEqualTo(uids);
            assertThat(admin.lost).containsExactly(JournalObserver.Outcome.AGAIN);
        }

        @Test
        void look_deletionOfACatalogWasLost_isMadeAgainAfterARestart() throws java.io.IOException {
            Runnable older = admin.store.inner().snapshot();
            admin.catalogs()
                    .deleteCatalog(DeleteCatalogRequest.newBuilder()
                            .setName(SHOP)
                            .setForce(true)
                            .build());
            older.run();
            admin.condition.epoch("second");
            admin.lostWritesAfterRestart().look();
            assertThat(failure(UpdateCatalogTest.this::catalog).what()).isEqualTo("NOT_FOUND CATALOG_NOT_FOUND");
        }

        @Test
        void look_anotherModuleHasItsName_staysAsItIs() throws java.io.IOException {
            Runnable older = admin.store.inner().snapshot();
            update(Module.newBuilder().setRestricted(true));
            older.run();
            admin.restart();
            admin.catalogs()
                    .deleteModule(io.keywarden.admin.v1.DeleteModuleRequest.newBuilder()
                            .setName(ORDERS)
                            .build());
            admin.catalogs().createModule(Fixtures.orders());
            admin.condition.epoch("second");
            admin.lostWritesAfterRestart().look();
            assertThat(get().getRestricted()).isFalse();
        }
    }

    private Module update(Module.Builder module, String... mask) {
        return admin.catalogs()
                .updateModule(UpdateModuleRequest.newBuilder()
                        .setModule(module.setName(ORDERS))
                        .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(mask)))
                        .build())
                .getModule();
    }

    private Module get() {
        return admin.catalogs()
                .getModule(GetModuleRequest.newBuilder().setName(ORDERS).build())
                .getModule();
    }

    private Catalog catalog() {
        return admin.catalogs()
                .getCatalog(GetCatalogRequest.newBuilder().setName(SHOP).build())
                .getCatalog();
    }

    private ModuleRecord storedModule() {
        return Entry.of(record(RecordKind.MODULE), ModuleRecord.parser()).payload();
    }

    private Map<String, String> uids() {
        return storedModule().getOperationsList().stream()
                .collect(Collectors.toMap(
                        OperationRecord::getId,
                        operation -> operation.getUid().toString(java.nio.charset.StandardCharsets.ISO_8859_1)));
    }

    private EventRecord last(RecordKind kind) {
        List<EventRecord> events = admin.history(record(kind).key());
        return events.get(events.size() - 1);
    }

    private StoredRecord record(RecordKind kind) {
        return admin.records().stream()
                .filter(found -> found.key().kind() == kind)
                .findFirst()
                .orElseThrow();
    }
}
