package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateCatalogResponse;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.CatalogRecord;
import java.util.List;
import java.util.Optional;

/** Makes an empty catalog. */
final class CreateCatalog {
    private final Founding founding;
    private final Claims claims;
    private final RecordWrites writes;

    CreateCatalog(Founding founding, Claims claims, RecordWrites writes) {
        this.founding = founding;
        this.claims = claims;
        this.writes = writes;
    }

    Held<CreateCatalogResponse> run(CreateCatalogRequest request, Caller caller) {
        Written<Entry<CatalogRecord>> catalog = make(request, caller);
        CreateCatalogResponse.Builder response = CreateCatalogResponse.newBuilder()
                .setCatalog(CatalogMessages.catalog(catalog.value()))
                .setDurability(catalog.times().visibleDurability());
        catalog.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), catalog.times().until(!request.hasWait() || request.getWait()));
    }

    private Written<Entry<CatalogRecord>> make(CreateCatalogRequest request, Caller caller) {
        check(request);
        String id = request.getCatalogId();
        Claims.Name name = new Claims.Name(Namespace.CATALOG_ID, id);
        ByteString content = Fingerprints.content(id, request.getCatalog());
        ByteString creation = Fingerprints.creation(caller, request.getRequestId(), content);
        AdminFailure taken = Claims.idTaken(ResourceType.CATALOG, ResourceNames.catalog(id));
        Optional<Entry<CatalogRecord>> there = made(name, creation, taken);
        if (there.isPresent()) {
            return known(there.get());
        }
        Claims.Target target = founding.target();
        CatalogRecord record = record(request, target, creation);
        EventDraft event =
                new EventDraft(caller, request.getRequestId(), "CreateCatalog", FieldDiff.created(visible(record)));
        RecordWrites.Write write =
                writes.first(RecordKey.catalog(target.slot(), target.uid()), target.uid(), record, event);
        Founding.Plan plan =
                new Founding.Plan(IndexKey.CATALOGS, id, target, List.of(new Founding.Wanted(name, taken)), write);
        try {
            return new Written<>(new Entry<>(write.record(), record), founding.found(plan));
        } catch (AdminException e) {
            // The same request may have been made twice at once, and this one came second.
            Optional<Entry<CatalogRecord>> meanwhile =
                    e.failure() == taken ? made(name, creation, taken) : Optional.empty();
            return known(meanwhile.orElseThrow(() -> e));
        }
    }

    /** What this request made before; empty where the id is free. */
    private Optional<Entry<CatalogRecord>> made(Claims.Name name, ByteString creation, AdminFailure taken) {
        Optional<Entry<CatalogRecord>> there =
                claims.find(name).map(stored -> Entry.of(stored, CatalogRecord.parser()));
        boolean other = there.isPresent()
                && !Fingerprints.isRepeat(there.get().payload().getCreateRequest(), creation);
        if (other) {
            throw new AdminException(taken);
        }
        return there;
    }

    private static void check(CreateCatalogRequest request) {
        FieldChecks checks = new FieldChecks();
        checks.label("catalog_id", request.getCatalogId());
        checks.requestId(request.getRequestId());
        if (!request.getCatalog().getDisplayName().isEmpty()) {
            checks.displayName("catalog.display_name", request.getCatalog().getDisplayName());
        }
        checks.finish();
    }

    private CatalogRecord record(CreateCatalogRequest request, Claims.Target target, ByteString creation) {
        String displayName = request.getCatalog().getDisplayName();
        Timestamp now = writes.timestamp();
        return CatalogRecord.newBuilder()
                .setId(request.getCatalogId())
                .setDisplayName(displayName.isEmpty() ? request.getCatalogId() : displayName)
                .setSlot(target.slot().text())
                .setCreateTime(now)
                .setUpdateTime(now)
                .setCreateRequest(creation)
                .build();
    }

    private static Catalog visible(CatalogRecord record) {
        return Catalog.newBuilder().setDisplayName(record.getDisplayName()).build();
    }

    private Written<Entry<CatalogRecord>> known(Entry<CatalogRecord> catalog) {
        return new Written<>(catalog, founding.known(catalog.stored()));
    }
}
