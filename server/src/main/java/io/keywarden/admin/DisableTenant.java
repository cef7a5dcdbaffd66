package io.keywarden.admin;

import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTenantResponse;
import io.keywarden.store.v1.TenantRecord;

/** Stops all tokens of a tenant. */
final class DisableTenant {
    private final TenantStateChange change;

    DisableTenant(TenantStateChange change) {
        this.change = change;
    }

    DisableTenantResponse run(DisableTenantRequest request, Caller caller) {
        TenantStateChange.Order order = new TenantStateChange.Order(
                request.getName(), request.getEtag(), "DisableTenant", TenantRecord.State.DISABLED);
        return DisableTenantResponse.newBuilder()
                .setTenant(TenantMessages.tenant(change.run(order, caller)))
                .build();
    }
}
