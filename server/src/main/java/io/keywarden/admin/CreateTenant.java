package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTenantResponse;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.CatalogReference;
import io.keywarden.store.v1.TenantRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a tenant and claims its hosts. */
final class CreateTenant {
    private final Founding founding;
    private final Claims claims;
    private final PatternHosts patterns;
    private final CatalogFinder catalogs;
    private final TokenTypes types;
    private final RecordWrites writes;

    CreateTenant(Founding founding, Names names, CatalogFinder catalogs, TokenTypes types, RecordWrites writes) {
        this.founding = founding;
        this.claims = names.claims();
        this.patterns = names.patterns();
        this.catalogs = catalogs;
        this.types = types;
        this.writes = writes;
    }

    /**
     * What tells whose a name is.
     *
     * @param claims the names that were claimed
     * @param patterns the hosts that a pattern gives
     */
    record Names(Claims claims, PatternHosts patterns) {}

    Held<CreateTenantResponse> run(CreateTenantRequest request, Caller caller) {
        Written<Entry<TenantRecord>> tenant = make(request, caller);
        CreateTenantResponse.Builder response = CreateTenantResponse.newBuilder()
                .setTenant(TenantMessages.tenant(tenant.value()))
                .setDurability(tenant.times().visibleDurability());
        tenant.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), tenant.times().until(!request.hasWait() || request.getWait()));
    }

    private Written<Entry<TenantRecord>> make(CreateTenantRequest request, Caller caller) {
        String catalogId = TenantChecks.check(request, founding.longestOutage());
        String id = request.getTenantId();
        ByteString content = Fingerprints.content(id, request.getTenant());
        ByteString creation = Fingerprints.creation(caller, request.getRequestId(), content);
        AdminFailure taken = Claims.idTaken(ResourceType.TENANT, ResourceNames.tenant(id));
        Claims.Name name = new Claims.Name(Namespace.TENANT_ID, id);
        Optional<Entry<TenantRecord>> there = made(name, creation, taken);
        if (there.isPresent()) {
            return known(there.get());
        }
        patterns.requireFree(request.getTenant().getHostsList(), id);
        Entry<CatalogRecord> catalog = catalogs.find(catalogId);
        Claims.Target target = founding.target();
        TenantRecord record = record(request, target, catalog, creation);
        Shadows.require(caller, request.getTenantId(), TenantRecord.getDefaultInstance(), record);
        EventDraft event = new EventDraft(
                caller,
                request.getRequestId(),
                "CreateTenant",
                FieldDiff.created(TenantMessages.contents(record).build()));
        RecordWrites.Write write =
                writes.first(RecordKey.tenant(target.slot(), target.uid()), target.uid(), record, event);
        List<Founding.Wanted> names = new ArrayList<>();
        names.add(new Founding.Wanted(name, taken));
        record.getHostsList().forEach(host -> names.add(host(host)));
        Founding.Plan plan = new Founding.Plan(IndexKey.TENANTS, id, target, names, write);
        try {
            return new Written<>(new Entry<>(write.record(), record), founding.found(plan));
        } catch (AdminException e) {
            // The same request may have been made twice at once, and this one came second.
            Optional<Entry<TenantRecord>> meanwhile =
                    e.failure() == taken ? made(name, creation, taken) : Optional.empty();
            return known(meanwhile.orElseThrow(() -> e));
        }
    }

    /** What this request made before; empty where the id is free. */
    private Optional<Entry<TenantRecord>> made(Claims.Name name, ByteString creation, AdminFailure taken) {
        Optional<Entry<TenantRecord>> there = claims.find(name).map(stored -> Entry.of(stored, TenantRecord.parser()));
        boolean other = there.isPresent()
                && !Fingerprints.isRepeat(there.get().payload().getCreateRequest(), creation);
        if (other) {
            throw new AdminException(taken);
        }
        return there;
    }

    private static Founding.Wanted host(String host) {
        return new Founding.Wanted(
                new Claims.Name(Namespace.HOST, host),
                new AdminFailure.Taken(ErrorReason.HOST_TAKEN, ResourceType.TENANT, host));
    }

    private TenantRecord record(
            CreateTenantRequest request, Claims.Target target, Entry<CatalogRecord> catalog, ByteString creation) {
        Timestamp now = writes.timestamp();
        CatalogReference reference = CatalogReference.newBuilder()
                .setId(catalog.payload().getId())
                .setUid(CatalogMessages.bytes(catalog.uid()))
                .setSlot(catalog.stored().key().slot().text())
                .build();
        TenantRecord.Builder record = TenantRecord.newBuilder()
                .setId(request.getTenantId())
                .setSlot(target.slot().text())
                .setCatalog(reference)
                .setState(TenantRecord.State.ACTIVE)
                .setCreateTime(now)
                .setUpdateTime(now)
                .setCreateRequest(creation);
        FieldChecks checks = new FieldChecks();
        TimeChecks.shadow(checks, "tenant.shadow_until", request.getTenant().getShadowUntil(), now);
        TenantMessages.put(record, request.getTenant());
        record.addAllTokenTypes(types.resolve(
                checks, reference, request.getTenant().getTokenPolicy().getTokenTypesList()));
        checks.finish();
        return record.build();
    }

    private Written<Entry<TenantRecord>> known(Entry<TenantRecord> tenant) {
        return new Written<>(tenant, founding.known(tenant.stored()));
    }
}
