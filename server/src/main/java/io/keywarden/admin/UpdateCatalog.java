package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.UpdateCatalogRequest;
import io.keywarden.admin.v1.UpdateCatalogResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.CatalogRecord;
import java.util.List;
import java.util.Optional;

/** Changes what people see of a catalog. */
final class UpdateCatalog {
    private static final UpdateMask<Catalog> MASK = UpdateMask.of(Catalog.class, "display_name");

    private final CatalogFinder catalogs;
    private final CatalogChange change;

    UpdateCatalog(CatalogFinder catalogs, CatalogChange change) {
        this.catalogs = catalogs;
        this.change = change;
    }

    Held<UpdateCatalogResponse> run(UpdateCatalogRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        String name = request.getCatalog().getName();
        Optional<String> id = ResourceNames.catalog(checks, "catalog.name", name);
        MASK.check(checks, request.getUpdateMask());
        checks.finish();
        Written<Entry<CatalogRecord>> written =
                Attempts.run(() -> attempt(request, id.orElseThrow(), caller), ResourceType.CATALOG, name);
        UpdateCatalogResponse.Builder response = UpdateCatalogResponse.newBuilder()
                .setCatalog(CatalogMessages.catalog(written.value()))
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    private Optional<Written<Entry<CatalogRecord>>> attempt(UpdateCatalogRequest request, String id, Caller caller) {
        Entry<CatalogRecord> there = catalogs.find(id);
        Etags.check(request.getCatalog().getEtag(), there.stored(), ResourceType.CATALOG, ResourceNames.catalog(id));
        Catalog current = CatalogMessages.catalog(there);
        Catalog wanted = MASK.apply(request.getUpdateMask(), request.getCatalog(), current);
        String displayName = wanted.getDisplayName().isEmpty() ? id : wanted.getDisplayName();
        FieldChecks checks = new FieldChecks();
        checks.displayName("catalog.display_name", displayName);
        checks.finish();
        if (displayName.equals(current.getDisplayName())) {
            return Optional.of(new Written<>(there, change.known(there.stored())));
        }
        CatalogRecord after =
                there.payload().toBuilder().setDisplayName(displayName).build();
        EventDraft event = new EventDraft(
                caller,
                "",
                "UpdateCatalog",
                FieldDiff.between(
                        current, wanted.toBuilder().setDisplayName(displayName).build()));
        return change.commit(there, CatalogChange.Update.ofModules(after, event, List.of(), Commit.Urgency.GROWS));
    }
}
