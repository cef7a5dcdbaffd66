package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.store.Commit;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.TenantRecord;
import java.util.List;
import java.util.Optional;

/** Brings a tenant into a state. One that is in it already stays as it is. */
final class TenantStateChange {
    private final Effects effects;
    private final TenantFinder tenants;
    private final RecordWrites writes;

    TenantStateChange(Effects effects, TenantFinder tenants, RecordWrites writes) {
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
     * @param state the state
     */
    record Order(String name, String etag, String kind, TenantRecord.State state) {
        /** What does it again, where it takes a right away; empty where it does not. */
        private Optional<Journal.Command> again() {
            return state == TenantRecord.State.DISABLED
                    ? Optional.of(new Journal.Command(Narrowing.DISABLE_TENANT, name, 0))
                    : Optional.empty();
        }
    }

    /** Carries an order out, and answers the tenant as it is then. */
    Written<Entry<TenantRecord>> run(Order order, Caller caller) {
        FieldChecks checks = new FieldChecks();
        String id = ResourceNames.tenant(checks, "name", order.name()).orElse("");
        checks.finish();
        return Attempts.run(() -> attempt(order, id, caller), ResourceType.TENANT, order.name());
    }

    private Optional<Written<Entry<TenantRecord>>> attempt(Order order, String id, Caller caller) {
        Entry<TenantRecord> tenant = tenants.find(id);
        Etags.check(order.etag(), tenant.stored(), ResourceType.TENANT, order.name());
        KnownAge age = KnownAge.of(tenant.payload());
        if (tenant.payload().getState() == order.state()) {
            StoredRecord stored = tenant.stored();
            return Optional.of(new Written<>(tenant, effects.known(stored, age, order.again())));
        }
        TenantRecord after = tenant.payload().toBuilder()
                .setState(order.state())
                .setUpdateTime(writes.timestamp())
                .build();
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
                order.again().isPresent() ? Commit.Urgency.NARROWS : Commit.Urgency.GROWS,
                List.of(write.change()),
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
        return effects.commit(commit, new Effects.Effect(write.record(), write, age, order.again()))
                .written(new Entry<>(write.record(), after));
    }
}
