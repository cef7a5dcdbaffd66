package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleGrant;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OperationGrant;
import io.keywarden.store.v1.OperationRecord;
import io.keywarden.store.v1.StoredAction;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two modules, of which one is restricted; the first has an operation that is open and one that is restricted. */
class GrantBoundsTest {
    private static final Uid ORDERS = new Uid(1, 1);
    private static final Uid VAULT = new Uid(2, 2);
    private static final Uid LIST = new Uid(1, 3);
    private static final Uid WATCH = new Uid(1, 4);
    private static final Uid GONE = new Uid(9, 9);
    private static final List<Entry<ModuleRecord>> MODULES = List.of(
            module(VAULT, ModuleRecord.newBuilder().setRestricted(true)),
            module(
                    ORDERS,
                    ModuleRecord.newBuilder()
                            .addOperations(operation(WATCH).setRestricted(true))
                            .addOperations(operation(LIST))));

    @Test
    void beyond_moduleAndItsActions_isWithinWhatNamesBoth() {
        assertWithin(module(ORDERS, StoredAction.READ), module(ORDERS, StoredAction.READ, StoredAction.EDIT));
        assertThat(beyond(module(ORDERS, StoredAction.READ, StoredAction.EDIT), module(ORDERS, StoredAction.READ)))
                .contains("some.edit");
        assertThat(beyond(module(ORDERS, StoredAction.READ), module(VAULT, StoredAction.READ)))
                .contains("some.read");
        assertThat(beyond(module(ORDERS, StoredAction.READ), operationGrant(LIST)))
                .contains("some.read");
    }

    @Test
    void beyond_module_isWithinAllModulesOnlyIfItIsOpenAndThere() {
        assertWithin(module(ORDERS, StoredAction.READ), all(StoredAction.READ));
        assertThat(beyond(module(ORDERS, StoredAction.READ), all(StoredAction.EDIT)))
                .contains("some.read");
        assertThat(beyond(module(VAULT, StoredAction.READ), all(StoredAction.READ)))
                .contains("some.read");
        assertThat(beyond(module(GONE, StoredAction.READ), all(StoredAction.READ)))
                .contains("some.read");
        assertWithin(module(VAULT, StoredAction.READ), module(VAULT, StoredAction.READ));
    }

    @Test
    void beyond_allModules_isWithinAllModulesOnly() {
        assertWithin(all(StoredAction.READ), all(StoredAction.READ, StoredAction.EDIT));
        assertThat(beyond(all(StoredAction.DELETE), all(StoredAction.READ))).contains("*.delete");
        assertThat(beyond(all(StoredAction.READ), module(ORDERS, StoredAction.READ), module(VAULT, StoredAction.READ)))
                .contains("*.read");
    }

    @Test
    void beyond_operation_isWithinItselfOrWhatReachesIt() {
        assertWithin(operationGrant(LIST), operationGrant(LIST));
        assertWithin(operationGrant(LIST), module(ORDERS, StoredAction.READ));
        assertWithin(operationGrant(LIST), all(StoredAction.READ));
        assertWithin(operationGrant(WATCH), operationGrant(WATCH));
        assertWithin(operationGrant(GONE), operationGrant(GONE));
        assertThat(beyond(operationGrant(LIST), module(ORDERS, StoredAction.EDIT)))
                .contains("operation");
        assertThat(beyond(operationGrant(LIST), operationGrant(WATCH))).contains("operation");
        assertThat(beyond(operationGrant(WATCH), module(ORDERS, StoredAction.READ)))
                .contains("operation");
        assertThat(beyond(operationGrant(WATCH), all(StoredAction.READ))).contains("operation");
        assertThat(beyond(operationGrant(GONE), all(StoredAction.READ))).contains("operation");
    }

    @Test
    void beyond_rightsToAdmin_areForNoOtherTenants() {
        for (GrantRecord grant :
                List.of(module(ORDERS, StoredAction.READ), all(StoredAction.READ), operationGrant(LIST))) {
            assertWithin(of(grant, "acme"), of(grant, "acme", "globex"));
            assertThat(beyond(of(grant, "acme", "globex"), of(grant, "acme"))).isPresent();
            assertThat(beyond(of(grant, "acme"), grant)).isPresent();
            assertThat(beyond(grant, of(grant, "acme"))).isPresent();
        }
    }

    @Test
    void beyond_severalRights_isTheFirstThatGoesTooFar() {
        GrantBounds bounds = new GrantBounds(List.of(all(StoredAction.READ)), MODULES);
        assertThat(bounds.beyond(List.of())).isEmpty();
        assertThat(bounds.beyond(List.of(operationGrant(LIST), all(StoredAction.EDIT), operationGrant(WATCH))))
                .contains("*.edit");
        assertThat(bounds.beyond(List.of(GrantRecord.getDefaultInstance()))).contains("");
    }

    private static void assertWithin(GrantRecord wanted, GrantRecord bound) {
        assertThat(beyond(wanted, bound)).isEmpty();
        assertThat(beyond(wanted)).isPresent();
    }

    private static Optional<String> beyond(GrantRecord wanted, GrantRecord... bounds) {
        return new GrantBounds(List.of(bounds), MODULES).beyond(List.of(wanted));
    }

    private static GrantRecord of(GrantRecord grant, String... tenants) {
        return grant.toBuilder().addAllTenants(List.of(tenants)).build();
    }

    private static GrantRecord all(StoredAction... actions) {
        return GrantRecord.newBuilder()
                .setAllModules(true)
                .addAllActions(List.of(actions))
                .build();
    }

    private static GrantRecord module(Uid uid, StoredAction... actions) {
        return GrantRecord.newBuilder()
                .setModule(ModuleGrant.newBuilder().setId("some").setUid(CatalogMessages.bytes(uid)))
                .addAllActions(List.of(actions))
                .build();
    }

    private static GrantRecord operationGrant(Uid uid) {
        return GrantRecord.newBuilder()
                .setOperation(OperationGrant.newBuilder().setId("operation").setUid(CatalogMessages.bytes(uid)))
                .build();
    }

    private static OperationRecord.Builder operation(Uid uid) {
        return OperationRecord.newBuilder().setUid(CatalogMessages.bytes(uid)).setAction(StoredAction.READ);
    }

    private static Entry<ModuleRecord> module(Uid uid, ModuleRecord.Builder module) {
        RecordKey key = RecordKey.module(new SlotTag("a1Z"), uid);
        return new Entry<>(
                new StoredRecord(key, uid, 1, ChainHead.EMPTY, ByteString.EMPTY, ByteString.EMPTY), module.build());
    }
}
