package io.keywarden.admin;

import io.keywarden.admin.v1.Grant;
import io.keywarden.store.v1.GrantRecord;
import java.util.List;

/** Grants as callers see them. What is stored is {@link GrantResolver}'s to make. */
final class GrantMessages {
    private GrantMessages() {}

    static Grant grant(GrantRecord record) {
        Grant.Builder grant = Grant.newBuilder();
        switch (record.getTargetCase()) {
            case MODULE -> grant.setModule(record.getModule().getId());
            case ALL_MODULES -> grant.setAllModules(true);
            case OPERATION -> grant.setOperation(record.getOperation().getId());
            case TARGET_NOT_SET -> grant.clearTarget();
        }
        record.getActionsList().forEach(action -> grant.addActions(CatalogMessages.action(action)));
        record.getTenantsList()
                .forEach(tenant ->
                        grant.addTenants(tenant.equals(Rights.ALL_TENANTS) ? tenant : ResourceNames.tenant(tenant)));
        return grant.build();
    }

    static List<Grant> grants(List<GrantRecord> records) {
        return records.stream().map(GrantMessages::grant).toList();
    }
}
