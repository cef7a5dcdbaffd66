package io.keywarden.admin;

import io.keywarden.store.v1.OwnerRecord;
import java.util.Optional;

/** Finds the owners for whom somebody calls. May block: for the threads of Admin only. */
@FunctionalInterface
interface ActingOwners {
    /** Finds nobody, so that nobody can call for anybody. */
    ActingOwners NOBODY = (tenantId, ownerId) -> Optional.empty();

    /** The owner with an id in a tenant; empty where there is none. */
    Optional<Entry<OwnerRecord>> find(String tenantId, String ownerId);
}
