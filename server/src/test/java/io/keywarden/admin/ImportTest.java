package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.ActionRule;
import io.keywarden.admin.v1.GetModuleRequest;
import io.keywarden.admin.v1.ImportDescriptorsRequest;
import io.keywarden.admin.v1.ImportDescriptorsResponse;
import io.keywarden.admin.v1.ImportOpenApiRequest;
import io.keywarden.admin.v1.ImportOpenApiResponse;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.ModuleDiff;
import io.keywarden.admin.v1.Operation;
import io.keywarden.admin.v1.UpdateModuleRequest;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OperationRecord;
import io.keywarden.store.v1.RecordKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ImportTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeCatalog() {
        admin.catalogs().createCatalog(Fixtures.catalog("shop"));
        admin.catalogs().createModule(Fixtures.orders());
    }

    @Nested
    final class OpenApi {
        @Test
        void importOpenApi_validateOnly_showsTheDiffAndWritesNothing() {
            int commits = admin.store.committed().size();
            ImportOpenApiResponse answer =
                    admin.catalogs().importOpenApi(shop().setValidateOnly(true).build());
            assertThat(admin.store.committed()).hasSize(commits);
            assertThat(answer.getModulesList())
                    .extracting(ModuleDiff::getModule, ModuleDiff::getCreated)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("catalogs/shop/modules/bills", true),
                            org.assertj.core.groups.Tuple.tuple("catalogs/shop/modules/orders", false));
            assertThat(told(answer.getModules(1)))
                    .containsExactly(
                            "UNCHANGED list GET paths./orders.get",
                            "ADDED place-order POST paths./orders.post",
                            "CHANGED get GET paths./orders/{order-id}.get",
                            "ADDED cancel x-keywarden-action paths./orders/{order-id}.delete",
                            "REMOVED make  ",
                            "REMOVED watch  ");
            assertThat(answer.getModules(1)
                            .getOperations(2)
                            .getBefore()
                            .getHttp()
                            .getPathTemplate())
                    .isEqualTo("/v1/orders/{order}");
            assertThat(answer.hasEffectiveTime()).isFalse();
        }

        @Test
        void importOpenApi_applied_replacesAllInOneCommit() {
            ImportOpenApiResponse shown =
                    admin.catalogs().importOpenApi(shop().setValidateOnly(true).build());
            int commits = admin.store.committed().size();
            ImportOpenApiResponse answer = admin.catalogs()
                    .importOpenApi(shop().setEtag(shown.getCatalog().getEtag()).build());
            assertThat(admin.store.committed()).hasSize(commits + 1);
            assertThat(answer.getModulesList()).isEqualTo(shown.getModulesList());
            assertThat(answer.getCatalog().getRevision()).isEqualTo(3);
            assertThat(module("orders").getOperationsList())
                    .extracting(Operation::getId)
                    .containsExactly("list", "place-order", "get", "cancel");
            Operation cancel = module("orders").getOperations(3);
            assertThat(cancel.getAction()).isEqualTo(Action.EDIT);
            assertThat(cancel.getRestricted()).isTrue();
            assertThat(cancel.getHttp().getPathTemplate()).isEqualTo("/v1/orders/{order_id}");
            assertThat(module("bills").getOperations(0).getId()).isEqualTo("get-v1-bills");
        }

        @Test
        void importOpenApi_again_writesNothing() {
            ImportOpenApiResponse first = admin.catalogs().importOpenApi(shop().build());
            int commits = admin.store.committed().size();
            ImportOpenApiResponse second = admin.catalogs().importOpenApi(shop().build());
            assertThat(admin.store.committed()).hasSize(commits);
            assertThat(second.getCatalog()).isEqualTo(first.getCatalog());
            assertThat(second.getEffectiveTime()).isEqualTo(first.getEffectiveTime());
        }

        @Test
        void importOpenApi_operationsThatStay_keepTheirUids() {
            var before = uid("list");
            admin.catalogs().importOpenApi(shop().build());
            assertThat(uid("list")).isEqualTo(before);
        }

        @Test
        void importOpenApi_nothingSaidOfWhatWasSetByHand_itStaysAndTheDiffSaysSo() {
            updateOperations(
                    Fixtures.http("list", Action.DELETE, "GET", "/v1/orders").setRestricted(true));
            ImportOpenApiResponse shown =
                    admin.catalogs().importOpenApi(shop().setValidateOnly(true).build());
            assertThat(told(shown.getModules(1)))
                    .contains("UNCHANGED list kept paths./orders.get", "ADDED get GET paths./orders/{order-id}.get");
            ImportOpenApiResponse answer = admin.catalogs().importOpenApi(shop().build());
            assertThat(answer.getModulesList()).isEqualTo(shown.getModulesList());
            Operation list = module("orders").getOperations(0);
            assertThat(list.getRestricted()).isTrue();
            assertThat(list.getAction()).isEqualTo(Action.DELETE);
        }

        @Test
        void importOpenApi_saidInTheDocument_isAsItSays() {
            updateOperations(
                    Fixtures.http("list", Action.DELETE, "GET", "/v1/orders").setRestricted(true));
            imported("get: {operationId: list, x-keywarden-restricted: false, x-keywarden-action: EDIT}");
            Operation list = module("orders").getOperations(0);
            assertThat(list.getRestricted()).isFalse();
            assertThat(list.getAction()).isEqualTo(Action.EDIT);
        }

        @Test
        void importOpenApi_actionOfTheMethodInTheRequest_isAsItSays() {
            updateOperations(Fixtures.http("list", Action.DELETE, "GET", "/v1/orders"));
            admin.catalogs()
                    .importOpenApi(shop().putMethodActions("GET", Action.EDIT).build());
            assertThat(module("orders").getOperations(0).getAction()).isEqualTo(Action.EDIT);
        }

        @Test
        void importOpenApi_anotherMethodUnderTheSameId_hasItsOwnActionAndStaysRestricted() {
            updateOperations(
                    Fixtures.http("list", Action.READ, "GET", "/v1/orders").setRestricted(true));
            imported("delete: {operationId: list}");
            Operation list = module("orders").getOperations(0);
            assertThat(list.getAction()).isEqualTo(Action.DELETE);
            assertThat(list.getRestricted()).isTrue();
        }

        private void imported(String operation) {
            var unused = admin.catalogs()
                    .importOpenApi(ImportOpenApiRequest.newBuilder()
                            .setParent("catalogs/shop")
                            .setModuleId("orders")
                            .setDocument("openapi: 3.0.3\npaths: {/v1/orders: {" + operation + "}}")
                            .build());
        }

        @Test
        void importOpenApi_otherEtag_aborted() {
            assertThat(failure(() -> admin.catalogs()
                                    .importOpenApi(shop().setEtag("other").build()))
                            .what())
                    .isEqualTo("ABORTED ETAG_MISMATCH");
        }

        @Test
        void importOpenApi_anotherModuleAnswers_refusedAndNoneIsWritten() {
            ImportOpenApiRequest request =
                    shop().clearModulesByTag().setModuleId("other").build();
            Failure failed = refused(request);
            assertThat(failed.fields()).containsExactly("document");
            assertThat(failed.message()).contains("orders.list").contains("other.list");
        }

        @Test
        void importOpenApi_wrongFields_allTold() {
            ImportOpenApiRequest request = ImportOpenApiRequest.newBuilder()
                    .setParent("shop")
                    .setModuleId("A B")
                    .putModulesByTag("x", "C D")
                    .setBasePath("api")
                    .putMethodActions("get", Action.READ)
                    .build();
            assertThat(failure(() -> admin.catalogs().importOpenApi(request)).fields())
                    .containsExactly(
                            "parent", "module_id", "modules_by_tag", "document", "base_path", "method_actions");
        }

        @Test
        void importOpenApi_operationForNoModule_refusedWithItsPlace() {
            ImportOpenApiRequest request = shop().removeModulesByTag("Bills").build();
            Failure failed = refused(request);
            assertThat(failed.fields()).containsExactly("modules_by_tag");
            assertThat(failed.message()).contains("paths./bills.get");
        }

        @Test
        void importOpenApi_twoChooseOneId_refused() {
            assertThat(refused(document("openapi: 3.0.3\npaths: {/a: {get: {x-keywarden-operation: x},"
                                    + " post: {x-keywarden-operation: x}}}"))
                            .fields())
                    .containsExactly("module.operations[1].id");
        }

        @Test
        void importOpenApi_moreOperationsThanAModuleHas_refused() {
            StringBuilder text = new StringBuilder("openapi: 3.0.3\npaths:\n");
            for (int i = 0; i <= 500; i++) {
                text.append("  /a").append(i).append(": {get: {}}\n");
            }
            assertThat(refused(document(text.toString())).message()).contains("at most 500 operations");
        }

        static List<String> hostile() {
            List<String> hostile = new ArrayList<>(List.of(
                    "openapi: 3.0.3\npaths: {/a: {$ref: \"http://127.0.0.1:1/x\"}}",
                    "openapi: 3.0.3\na: &a [x]\nb: [*a, *a]\npaths: {/a: {get: {}}}",
                    "openapi: 3.0.3\nx: " + "[".repeat(5_000) + "]".repeat(5_000),
                    "openapi: 3.0.3\npaths: {/a: {get: {operationId: x}}, /b: {get: {operationId: x}}}",
                    "openapi: 3.0.3\npaths: {/a/../b: {get: {}}}"));
            hostile.add("openapi: 3.0.3\nx: " + "y".repeat(5 * 1024 * 1024));
            return hostile;
        }

        @ParameterizedTest
        @MethodSource("hostile")
        void importOpenApi_hostileDocument_refusedAndNothingIsWritten(String document) {
            assertThat(refused(document(document)).fields()).containsExactly("document");
        }

        private Failure refused(ImportOpenApiRequest request) {
            int commits = admin.store.committed().size();
            Failure failed = failure(() -> admin.catalogs().importOpenApi(request));
            assertThat(failed.what()).isEqualTo("INVALID_ARGUMENT FIELD_INVALID");
            assertThat(admin.store.committed()).hasSize(commits);
            return failed;
        }

        private ImportOpenApiRequest document(String text) {
            return ImportOpenApiRequest.newBuilder()
                    .setParent("catalogs/shop")
                    .setModuleId("imported")
                    .setDocument(text)
                    .build();
        }

        private ImportOpenApiRequest.Builder shop() {
            return ImportOpenApiRequest.newBuilder()
                    .setParent("catalogs/shop")
                    .putModulesByTag("Orders", "orders")
                    .putModulesByTag("Bills", "bills")
                    .setDocument(Descriptions.SHOP);
        }
    }

    @Nested
    final class Descriptors {
        @Test
        void importDescriptors_oneService_replacesTheModule() {
            ImportDescriptorsRequest request = ImportDescriptorsRequest.newBuilder()
                    .setParent("catalogs/shop")
                    .putModulesByService("shop.v1.Orders", "orders")
                    .setDescriptorSet(Descriptions.descriptors("shop.v1", "Orders", "Watch", "PlaceOrder", "ExportAll"))
                    .addActionRules(ActionRule.newBuilder().setPrefix("Export").setAction(Action.READ))
                    .build();
            ImportDescriptorsResponse answer = admin.catalogs().importDescriptors(request);
            assertThat(told(answer.getModules(0)))
                    .containsExactly(
                            "UNCHANGED watch Watch shop.v1.Orders.Watch",
                            "ADDED place-order other shop.v1.Orders.PlaceOrder",
                            "ADDED export-all Export shop.v1.Orders.ExportAll",
                            "REMOVED list  ",
                            "REMOVED get  ",
                            "REMOVED make  ");
            assertThat(module("orders").getOperations(1).getGrpc().getMethod()).isEqualTo("PlaceOrder");
            assertThat(module("orders").getOperations(1).getAction()).isEqualTo(Action.EDIT);
        }

        @Test
        void importDescriptors_repeatedAfterAnOperationWasClosedByHand_staysAsItWasSet() {
            admin.catalogs().importDescriptors(refunds().build());
            updateOperations(module("orders").getOperations(0).toBuilder()
                    .setRestricted(true)
                    .setAction(Action.DELETE));
            int commits = admin.store.committed().size();
            ImportDescriptorsResponse answer =
                    admin.catalogs().importDescriptors(refunds().build());
            assertThat(told(answer.getModules(0))).containsExactly("UNCHANGED refund kept shop.v1.Orders.Refund");
            assertThat(admin.store.committed()).hasSize(commits);
            assertThat(module("orders").getOperations(0).getRestricted()).isTrue();
            assertThat(module("orders").getOperations(0).getAction()).isEqualTo(Action.DELETE);
        }

        @Test
        void importDescriptors_ruleOfTheRequest_comesBeforeAnActionThatWasSetByHand() {
            admin.catalogs().importDescriptors(refunds().build());
            updateOperations(module("orders").getOperations(0).toBuilder().setAction(Action.DELETE));
            ActionRule rule = ActionRule.newBuilder()
                    .setPrefix("Refund")
                    .setAction(Action.CREATE)
                    .build();
            ImportDescriptorsResponse answer = admin.catalogs()
                    .importDescriptors(refunds().addActionRules(rule).build());
            assertThat(told(answer.getModules(0))).containsExactly("CHANGED refund Refund shop.v1.Orders.Refund");
            assertThat(module("orders").getOperations(0).getAction()).isEqualTo(Action.CREATE);
        }

        private ImportDescriptorsRequest.Builder refunds() {
            return ImportDescriptorsRequest.newBuilder()
                    .setParent("catalogs/shop")
                    .setModuleId("orders")
                    .setDescriptorSet(Descriptions.descriptors("shop.v1", "Orders", "Refund"));
        }

        @Test
        void importDescriptors_wrongFields_allTold() {
            ImportDescriptorsRequest request = ImportDescriptorsRequest.newBuilder()
                    .setParent("shop")
                    .addActionRules(ActionRule.newBuilder().setPrefix("a b"))
                    .build();
            assertThat(failure(() -> admin.catalogs().importDescriptors(request))
                            .fields())
                    .containsExactly(
                            "parent",
                            "module_id",
                            "descriptor_set",
                            "action_rules[0].prefix",
                            "action_rules[0].action");
        }

        @Test
        void importDescriptors_noDescriptors_refusedAndNothingIsWritten() {
            int commits = admin.store.committed().size();
            ImportDescriptorsRequest request = ImportDescriptorsRequest.newBuilder()
                    .setParent("catalogs/shop")
                    .setModuleId("orders")
                    .setDescriptorSet(com.google.protobuf.ByteString.copyFromUtf8("no descriptors"))
                    .build();
            assertThat(failure(() -> admin.catalogs().importDescriptors(request))
                            .fields())
                    .containsExactly("descriptor_set");
            assertThat(admin.store.committed()).hasSize(commits);
        }

        @Test
        void importDescriptors_namesThatNoMethodHas_refused() {
            ImportDescriptorsRequest request = ImportDescriptorsRequest.newBuilder()
                    .setParent("catalogs/shop")
                    .setModuleId("orders")
                    .setDescriptorSet(Descriptions.descriptors("shop.v1", "Orders", "../Get"))
                    .build();
            assertThat(failure(() -> admin.catalogs().importDescriptors(request))
                            .fields())
                    .containsExactly("module.operations[0].grpc.method");
        }
    }

    private void updateOperations(Operation.Builder operation) {
        var unused = admin.catalogs()
                .updateModule(UpdateModuleRequest.newBuilder()
                        .setModule(Module.newBuilder()
                                .setName("catalogs/shop/modules/orders")
                                .addOperations(operation))
                        .build());
    }

    private static List<String> told(ModuleDiff diff) {
        return diff.getOperationsList().stream()
                .map(operation -> operation.getChange() + " "
                        + (operation.hasAfter() ? operation.getAfter() : operation.getBefore()).getId() + " "
                        + operation.getActionRule() + " " + operation.getSource())
                .toList();
    }

    private Module module(String id) {
        return admin.catalogs()
                .getModule(GetModuleRequest.newBuilder()
                        .setName("catalogs/shop/modules/" + id)
                        .build())
                .getModule();
    }

    private com.google.protobuf.ByteString uid(String operation) {
        return admin.records().stream()
                .filter(record -> record.key().kind() == RecordKind.MODULE)
                .map(record -> Entry.of(record, ModuleRecord.parser()).payload())
                .filter(module -> module.getId().equals("orders"))
                .flatMap(module -> module.getOperationsList().stream())
                .filter(found -> found.getId().equals(operation))
                .map(OperationRecord::getUid)
                .findFirst()
                .orElseThrow();
    }
}
