package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.WrongState;
import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds who may get a token, and holds tokens to what their owners may do. */
final class OwnerChoice {
    private final OwnerFinder owners;
    private final CatalogGrants catalog;
    private final RecordWrites writes;

    OwnerChoice(OwnerFinder owners, CatalogGrants catalog, RecordWrites writes) {
        this.owners = owners;
        this.catalog = catalog;
        this.writes = writes;
    }

    /**
     * Notes an owner's name that is none, or of another tenant.
     *
     * @param name a resource name; empty text for no owner
     */
    static void check(FieldChecks checks, String field, String tenant, String name) {
        if (name.isEmpty()) {
            return;
        }
        Optional<OwnerName> read = ResourceNames.owner(checks, field, name);
        boolean same = read.isEmpty() || read.get().tenant().equals(tenant);
        checks.require(same, field, "an owner of the token's tenant");
    }

    /**
     * The owner with a name, who has to be able to get a token.
     *
     * @param name a checked resource name; empty text for no owner
     */
    Optional<Entry<OwnerRecord>> choose(Entry<TenantRecord> tenant, String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        OwnerName read = ResourceNames.owner(new FieldChecks(), "owner", name).orElseThrow();
        Entry<OwnerRecord> owner = owners.find(tenant, read);
        if (owner.payload().getState() != OwnerRecord.State.ACTIVE) {
            throw new AdminException(
                    new WrongState(ErrorReason.OWNER_DISABLED, name, "is disabled: enable them, or choose another"));
        }
        DeleteOwner.requireNotBegun(owner.payload(), name, writes);
        return Optional.of(owner);
    }

    /**
     * Throws where grants go beyond what the owner may do.
     *
     * @return false where another writer changes the catalog at this moment
     */
    boolean requireWithin(Above above, List<GrantRecord> grants) {
        if (above.owner().isEmpty()) {
            return true;
        }
        Optional<Map<String, Entry<ModuleRecord>>> modules =
                catalog.stored(above.tenant().payload().getCatalog(), grants);
        if (modules.isEmpty()) {
            return false;
        }
        OwnerRecord owner = above.owner().get().payload();
        new GrantBounds(owner.getGrantsList(), modules.get().values())
                .beyond(grants)
                .ifPresent(grant -> {
                    throw new AdminException(new AdminFailure.BeyondRights(ErrorReason.BEYOND_OWNER, grant));
                });
        return true;
    }
}
