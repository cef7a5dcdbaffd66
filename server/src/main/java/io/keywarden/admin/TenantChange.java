package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TenantRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Changes a tenant's record, on the ground of what the tenant is at that moment. */
final class TenantChange {
    private final Effects effects;
    private final TenantFinder tenants;
    private final RecordWrites writes;

    TenantChange(Effects effects, TenantFinder tenants, RecordWrites writes) {
        this.effects = effects;
        this.tenants = tenants;
        this.writes = writes;
    }

    /**
     * What is asked for.
     *
     * @param name the tenant's resource name
     * @param etag what the tenant must be like; empty text where that does not matter
     * @param kind the RPC's name
     * @param journal what it means to the journal
     */
    record Order(String name, String etag, String kind, JournalRule journal) {}

    /**
     * What becomes of a tenant.
     *
     * @param record its record then
     * @param urgency whether a full store takes it too
     */
    record Decision(TenantRecord.Builder record, Commit.Urgency urgency) {}

    /** Carries an order out, and answers the tenant as it is then; a decision is empty where it is so already. */
    Written<Entry<TenantRecord>> run(
            Order order, Caller caller, Function<Entry<TenantRecord>, Optional<Decision>> decision) {
        FieldChecks checks = new FieldChecks();
        String id = ResourceNames.tenant(checks, "name", order.name()).orElse("");
        checks.finish();
        return Attempts.run(
                () -> attempt(order, tenants.find(id), caller, decision), ResourceType.TENANT, order.name());
    }

    /** One attempt; empty where another writer came between. */
    Optional<Written<Entry<TenantRecord>>> attempt(
            Order order,
            Entry<TenantRecord> tenant,
            Caller caller,
            Function<Entry<TenantRecord>, Optional<Decision>> decision) {
        Etags.check(order.etag(), tenant.stored(), ResourceType.TENANT, order.name());
        KnownAge age = KnownAge.of(tenant.payload());
        Optional<Decision> decided = decision.apply(tenant);
        if (decided.isEmpty()) {
            return Optional.of(new Written<>(tenant, order.journal().known(effects, tenant.stored(), age)));
        }
        TenantRecord after =
                decided.get().record().setUpdateTime(writes.timestamp()).build();
        EventDraft event = new EventDraft(
                caller,
                "",
                order.kind(),
                FieldDiff.between(
                        TenantMessages.tenant(tenant),
                        TenantMessages.contents(after).build()));
        RecordWrites.Write write = writes.next(tenant.stored(), after, event);
        Commit commit = new Commit(
                tenant.stored().key().slot(),
                decided.get().urgency(),
                List.of(write.change()),
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
        return effects.commit(commit, order.journal().effect(write, age)).written(new Entry<>(write.record(), after));
    }

    /** Brings a tenant into a state. */
    static Optional<Decision> state(Entry<TenantRecord> tenant, TenantRecord.State state, Commit.Urgency urgency) {
        return tenant.payload().getState() == state
                ? Optional.empty()
                : Optional.of(new Decision(tenant.payload().toBuilder().setState(state), urgency));
    }
}
