package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Changes an owner's record, on the ground of what they and their tenant are at that moment. */
final class OwnerChange {
    private final Effects effects;
    private final TenantFinder tenants;
    private final OwnerFinder owners;
    private final RecordWrites writes;

    OwnerChange(Effects effects, TenantFinder tenants, OwnerFinder owners, RecordWrites writes) {
        this.effects = effects;
        this.tenants = tenants;
        this.owners = owners;
        this.writes = writes;
    }

    /**
     * What is asked for.
     *
     * @param name the owner
     * @param etag what they must be like; empty text where that does not matter
     * @param kind the RPC's name
     * @param journal what is to become of what was taken away, or is
     * @param validateOnly whether only to answer what would be
     */
    record Order(OwnerName name, String etag, String kind, JournalRule journal, boolean validateOnly) {
        /** Something that is to be done. */
        Order(OwnerName name, String etag, String kind, JournalRule journal) {
            this(name, etag, kind, journal, false);
        }
    }

    /**
     * An owner and their tenant.
     *
     * @param tenant the tenant
     * @param owner the owner
     */
    record Found(Entry<TenantRecord> tenant, Entry<OwnerRecord> owner) {}

    /**
     * What becomes of an owner.
     *
     * @param record the record as it is then
     * @param urgency whether a full store takes it too
     */
    record Decision(OwnerRecord.Builder record, Commit.Urgency urgency) {}

    /** What a decision comes to: none where another writer came between; what is so already stays. */
    record Decided(Optional<Decision> change) {}

    /** Carries an order out, and answers the owner as they are then. */
    Written<Entry<OwnerRecord>> run(Order order, Caller caller, Function<Found, Optional<Decided>> decision) {
        return Attempts.run(
                () -> attempt(order, caller, decision),
                ResourceType.OWNER,
                order.name().text());
    }

    private Optional<Written<Entry<OwnerRecord>>> attempt(
            Order order, Caller caller, Function<Found, Optional<Decided>> decision) {
        Entry<TenantRecord> tenant = tenants.find(order.name().tenant());
        Entry<OwnerRecord> owner = owners.find(tenant, order.name());
        Etags.check(
                order.etag(), owner.stored(), ResourceType.OWNER, order.name().text());
        Optional<Decided> decided = decision.apply(new Found(tenant, owner));
        if (decided.isEmpty()) {
            return Optional.empty();
        }
        KnownAge age = KnownAge.of(tenant.payload());
        if (order.validateOnly()) {
            return Optional.of(wouldBe(owner, decided.get()));
        }
        if (decided.get().change().isEmpty()) {
            return Optional.of(new Written<>(owner, order.journal().known(effects, owner.stored(), age)));
        }
        Decision change = decided.get().change().get();
        OwnerRecord after = change.record().setUpdateTime(writes.timestamp()).build();
        EventDraft event = new EventDraft(
                caller,
                "",
                order.kind(),
                FieldDiff.between(
                        OwnerMessages.contents(owner.payload()).build(),
                        OwnerMessages.contents(after).build()));
        RecordWrites.Write write = writes.next(owner.stored(), after, event);
        Commit commit = new Commit(
                tenant.stored().key().slot(),
                change.urgency(),
                List.of(RecordChange.unchanged(tenant.stored()), write.change()),
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
        return effects.commit(commit, order.journal().effect(write, age)).written(new Entry<>(write.record(), after));
    }

    private Written<Entry<OwnerRecord>> wouldBe(Entry<OwnerRecord> owner, Decided decided) {
        OwnerRecord would = decided.change()
                .map(change -> change.record().setUpdateTime(writes.timestamp()).build())
                .orElse(owner.payload());
        return new Written<>(new Entry<>(owner.stored(), would), Times.NOTHING_WRITTEN);
    }
}
