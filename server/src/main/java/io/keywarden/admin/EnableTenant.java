package io.keywarden.admin;

import io.keywarden.admin.v1.EnableTenantRequest;
import io.keywarden.admin.v1.EnableTenantResponse;
import io.keywarden.store.v1.TenantRecord;

/** Lets a tenant's tokens work again. */
final class EnableTenant {
    private final TenantStateChange change;

    EnableTenant(TenantStateChange change) {
        this.change = change;
    }

    EnableTenantResponse run(EnableTenantRequest request, Caller caller) {
        TenantStateChange.Order order = new TenantStateChange.Order(
                request.getName(), request.getEtag(), "EnableTenant", TenantRecord.State.ACTIVE);
        return EnableTenantResponse.newBuilder()
                .setTenant(TenantMessages.tenant(change.run(order, caller)))
                .build();
    }
}
