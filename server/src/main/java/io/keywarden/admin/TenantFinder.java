package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.Missing;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.TenantRecord;

/** Finds tenants. */
final class TenantFinder {
    private final Claims claims;

    TenantFinder(Claims claims) {
        this.claims = claims;
    }

    /** The tenant with an id. */
    Entry<TenantRecord> find(String id) {
        return claims.find(new Claims.Name(Namespace.TENANT_ID, id))
                .map(stored -> Entry.of(stored, TenantRecord.parser()))
                .orElseThrow(() -> new AdminException(new Missing(ResourceType.TENANT, ResourceNames.tenant(id))));
    }
}
