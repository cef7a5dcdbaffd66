package io.keywarden.admin;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.AdminFailure.LostRace;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.WrongState;
import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.v1.DeleteOwnerRequest;
import io.keywarden.admin.v1.DeleteOwnerResponse;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.Listing;
import io.keywarden.store.Commit.NameClaim;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Takes an owner away who has no token that could still be used. A token that is being made for them does not compare
 * anything that this writes last, so this first says in their record that it has begun; then nobody gives them a token for a
 * while, and the tokens are looked for again.
 */
final class DeleteOwner {
    /** For how long nobody gives a token to an owner whose deletion was begun. */
    static final Duration HOLD = Duration.ofSeconds(30);
    /** How long after it was begun a deletion may be written: well before tokens are given again. */
    private static final Duration WRITE_WITHIN = Duration.ofSeconds(15);

    private final TenantFinder tenants;
    private final OwnerFinder owners;
    private final OwnerTokens tokens;
    private final Writing writing;

    DeleteOwner(TenantFinder tenants, OwnerFinder owners, OwnerTokens tokens, Writing writing) {
        this.tenants = tenants;
        this.owners = owners;
        this.tokens = tokens;
        this.writing = writing;
    }

    /**
     * What it writes with.
     *
     * @param store the store
     * @param effects makes commits that change decisions
     * @param writes prepares them
     */
    record Writing(AdminStore store, Effects effects, RecordWrites writes) {}

    Held<DeleteOwnerResponse> run(DeleteOwnerRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<OwnerName> name = ResourceNames.owner(checks, "name", request.getName());
        checks.finish();
        Times times = Attempts.run(
                () -> attempt(request.getEtag(), name.orElseThrow(), caller), ResourceType.OWNER, request.getName());
        DeleteOwnerResponse.Builder response =
                DeleteOwnerResponse.newBuilder().setDurability(times.visibleDurability());
        times.effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), times.until(request.getWait()));
    }

    /** Throws while an owner is being deleted: they get no token then. */
    static void requireNotBegun(OwnerRecord owner, String name, RecordWrites writes) {
        boolean begun = owner.hasDeleteBeginTime()
                && Timestamps.compare(
                                writes.timestamp(),
                                Timestamps.add(owner.getDeleteBeginTime(), Durations.fromSeconds(HOLD.toSeconds())))
                        < 0;
        if (begun) {
            throw new AdminException(
                    new LostRace(ResourceType.OWNER, name, "is being deleted: repeat the call in a minute"));
        }
    }

    private Optional<Times> attempt(String etag, OwnerName name, Caller caller) {
        Entry<TenantRecord> tenant = tenants.find(name.tenant());
        Entry<OwnerRecord> owner = owners.find(tenant, name);
        Etags.check(etag, owner.stored(), ResourceType.OWNER, name.text());
        requireNoTokens(tenant, owner, name);
        Instant limit = writing.writes().now().plus(WRITE_WITHIN);
        Optional<Entry<OwnerRecord>> begun = begin(owner, caller);
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        requireNoTokens(tenant, begun.get(), name);
        if (writing.writes().now().isAfter(limit)) {
            throw new AdminException(new LostRace(ResourceType.OWNER, name.text(), "took too long to look at"));
        }
        return end(tenant, begun.get(), caller);
    }

    private void requireNoTokens(Entry<TenantRecord> tenant, Entry<OwnerRecord> owner, OwnerName name) {
        if (tokens.hasLive(tenant, owner)) {
            throw new AdminException(new WrongState(
                    ErrorReason.OWNER_HAS_TOKENS, name.text(), "still has tokens: revoke or reassign them first"));
        }
    }

    private Optional<Entry<OwnerRecord>> begin(Entry<OwnerRecord> owner, Caller caller) {
        OwnerRecord payload = owner.payload().toBuilder()
                .setDeleteBeginTime(writing.writes().timestamp())
                .build();
        EventDraft event = new EventDraft(caller, "", "BeginDeleteOwner", List.of());
        RecordWrites.Write write = writing.writes().next(owner.stored(), payload, event);
        Commit commit = new Commit(
                owner.stored().key().slot(),
                Commit.Urgency.NARROWS,
                List.of(write.change()),
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
        return writing.store().commit(commit).isEmpty()
                ? Optional.of(new Entry<>(write.record(), payload))
                : Optional.empty();
    }

    private Optional<Times> end(Entry<TenantRecord> tenant, Entry<OwnerRecord> owner, Caller caller) {
        SlotTag slot = tenant.stored().key().slot();
        String id = owner.payload().getId();
        OwnerRecord tombstone = owner.payload().toBuilder()
                .clearGrants()
                .clearLabels()
                .setState(OwnerRecord.State.DELETED)
                .setUpdateTime(writing.writes().timestamp())
                .build();
        EventDraft event = new EventDraft(
                caller,
                "",
                "DeleteOwner",
                FieldDiff.removed(OwnerMessages.contents(owner.payload()).build()));
        RecordWrites.Write write = writing.writes().next(owner.stored(), tombstone, event);
        Commit commit = new Commit(
                slot,
                Commit.Urgency.NARROWS,
                List.of(RecordChange.unchanged(tenant.stored()), write.change()),
                List.of(NameClaim.release(
                        IndexKey.ownerNames(slot, tenant.uid()), id, owner.uid().toString())),
                List.of(new Listing(IndexKey.owners(slot, tenant.uid()), ListOwners.member(id, owner.uid()), false)),
                List.of(write.event()),
                Optional.empty());
        return writing.effects()
                .commit(commit, Effects.Effect.changed(write, KnownAge.of(tenant.payload())))
                .written(write)
                .map(Written::times);
    }
}
