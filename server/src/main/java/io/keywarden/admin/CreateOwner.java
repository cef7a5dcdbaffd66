package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.v1.CreateOwnerRequest;
import io.keywarden.admin.v1.CreateOwnerResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.Listing;
import io.keywarden.store.Commit.NameClaim;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Makes an owner. */
final class CreateOwner {
    private final TenantFinder tenants;
    private final OwnerFinder owners;
    private final CatalogGrants catalog;
    private final Writing writing;

    CreateOwner(TenantFinder tenants, OwnerFinder owners, CatalogGrants catalog, Writing writing) {
        this.tenants = tenants;
        this.owners = owners;
        this.catalog = catalog;
        this.writing = writing;
    }

    /**
     * What it writes with.
     *
     * @param effects makes commits
     * @param writes prepares them
     * @param random makes identities
     */
    record Writing(Effects effects, RecordWrites writes, SecureRandom random) {}

    Held<CreateOwnerResponse> run(CreateOwnerRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<String> tenant = ResourceNames.tenant(checks, "parent", request.getParent());
        checks.label("owner_id", request.getOwnerId());
        checks.requestId(request.getRequestId());
        OwnerMessages.check(checks, request.getOwner());
        checks.finish();
        OwnerName name = new OwnerName(tenant.orElseThrow(), request.getOwnerId());
        Written<Entry<OwnerRecord>> written =
                Attempts.run(() -> attempt(request, name, caller), ResourceType.OWNER, name.text());
        CreateOwnerResponse.Builder response = CreateOwnerResponse.newBuilder()
                .setOwner(OwnerMessages.owner(name.tenant(), written.value()))
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(!request.hasWait() || request.getWait()));
    }

    private Optional<Written<Entry<OwnerRecord>>> attempt(CreateOwnerRequest request, OwnerName name, Caller caller) {
        Entry<TenantRecord> tenant = tenants.find(name.tenant());
        ByteString creation = Fingerprints.creation(
                caller, request.getRequestId(), Fingerprints.content(name.text(), request.getOwner()));
        Optional<Entry<OwnerRecord>> there = owners.withId(tenant, name.owner());
        if (there.isPresent()) {
            if (!Fingerprints.isRepeat(there.get().payload().getCreateRequest(), creation)) {
                throw new AdminException(Claims.idTaken(ResourceType.OWNER, name.text()));
            }
            Times times = writing.effects().known(there.get().stored().key(), 1, KnownAge.NOTHING_KNOWN);
            return Optional.of(new Written<>(there.get(), times));
        }
        FieldChecks checks = new FieldChecks();
        Optional<List<GrantRecord>> grants = catalog.named(
                        tenant.payload().getCatalog(), request.getOwner().getGrantsList())
                .map(modules -> GrantResolver.resolve(
                        checks, "owner.grants", request.getOwner().getGrantsList(), modules));
        checks.finish();
        return grants.flatMap(found -> make(tenant, record(request, tenant, found, creation), request, caller));
    }

    private OwnerRecord record(
            CreateOwnerRequest request, Entry<TenantRecord> tenant, List<GrantRecord> grants, ByteString creation) {
        Timestamp now = writing.writes().timestamp();
        OwnerRecord.Builder record = OwnerRecord.newBuilder()
                .setId(request.getOwnerId())
                .setTenantUid(CatalogMessages.bytes(tenant.uid()))
                .addAllGrants(grants)
                .setState(OwnerRecord.State.ACTIVE)
                .setCreateTime(now)
                .setUpdateTime(now)
                .setCreateRequest(creation);
        OwnerMessages.put(record, request.getOwner());
        return record.build();
    }

    private Optional<Written<Entry<OwnerRecord>>> make(
            Entry<TenantRecord> tenant, OwnerRecord record, CreateOwnerRequest request, Caller caller) {
        SlotTag slot = tenant.stored().key().slot();
        Uid uid = Uid.random(writing.random());
        EventDraft event = new EventDraft(
                caller,
                request.getRequestId(),
                "CreateOwner",
                FieldDiff.created(OwnerMessages.contents(record).build()));
        RecordWrites.Write write = writing.writes().first(RecordKey.owner(slot, uid), uid, record, event);
        Commit commit = new Commit(
                slot,
                Commit.Urgency.GROWS,
                List.of(RecordChange.unchanged(tenant.stored()), write.change()),
                List.of(new NameClaim(IndexKey.ownerNames(slot, tenant.uid()), record.getId(), uid.toString())),
                List.of(new Listing(IndexKey.owners(slot, tenant.uid()), ListOwners.member(record.getId(), uid), true)),
                List.of(write.event()),
                Optional.empty());
        return writing.effects()
                .commit(commit, Effects.Effect.made(write, KnownAge.NOTHING_KNOWN))
                .written(new Entry<>(write.record(), record));
    }
}
