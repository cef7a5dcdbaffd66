package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.admin.v1.UpdateOwnerResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.CatalogReference;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OwnerRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes an owner: what they lose, their tokens lose too. */
final class UpdateOwner {
    private static final String GRANTS = "grants";

    private final OwnerChange change;
    private final CatalogGrants catalog;

    UpdateOwner(OwnerChange change, CatalogGrants catalog) {
        this.change = change;
        this.catalog = catalog;
    }

    Held<UpdateOwnerResponse> run(UpdateOwnerRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Owner given = request.getOwner();
        Optional<OwnerName> name = ResourceNames.owner(checks, "owner.name", given.getName());
        ResourceUpdate mask = ResourceUpdate.of(checks, request.getUpdateMask(), given);
        OwnerMessages.check(checks, given);
        checks.finish();
        OwnerChange.Order order = new OwnerChange.Order(
                name.orElseThrow(), given.getEtag(), "UpdateOwner", JournalRule.NONE, request.getValidateOnly());
        Written<Entry<OwnerRecord>> written = change.run(order, caller, found -> decide(found, given, mask));
        UpdateOwnerResponse.Builder response = UpdateOwnerResponse.newBuilder()
                .setOwner(OwnerMessages.owner(name.orElseThrow().tenant(), written.value()));
        if (!request.getValidateOnly()) {
            response.setDurability(written.times().visibleDurability());
        }
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    /** Empty where another writer changes the catalog at this moment. */
    private Optional<OwnerChange.Decided> decide(OwnerChange.Found found, Owner given, ResourceUpdate mask) {
        OwnerRecord before = found.owner().payload();
        CatalogReference reference = found.tenant().payload().getCatalog();
        OwnerRecord.Builder after = before.toBuilder();
        OwnerMessages.put(after, mask.merge(OwnerMessages.contents(before).build(), given, Owner.class));
        Commit.Urgency urgency = Commit.Urgency.GROWS;
        if (mask.sets(GRANTS)) {
            Optional<Map<String, Entry<ModuleRecord>>> modules = catalog.named(reference, given.getGrantsList());
            if (modules.isEmpty()) {
                return Optional.empty();
            }
            FieldChecks checks = new FieldChecks();
            List<GrantRecord> grants =
                    GrantResolver.resolve(checks, "owner.grants", given.getGrantsList(), modules.get());
            checks.finish();
            after.clearGrants().addAllGrants(grants);
            boolean within = new GrantBounds(
                            before.getGrantsList(), modules.get().values())
                    .beyond(grants)
                    .isEmpty();
            urgency = within ? Commit.Urgency.NARROWS : Commit.Urgency.GROWS;
        }
        return Optional.of(new OwnerChange.Decided(
                after.build().equals(before)
                        ? Optional.empty()
                        : Optional.of(new OwnerChange.Decision(after, urgency))));
    }
}
