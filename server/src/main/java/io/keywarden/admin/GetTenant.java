package io.keywarden.admin;

import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.GetTenantResponse;

/** Reads one tenant. */
final class GetTenant {
    private final TenantFinder tenants;

    GetTenant(TenantFinder tenants) {
        this.tenants = tenants;
    }

    GetTenantResponse run(GetTenantRequest request) {
        FieldChecks checks = new FieldChecks();
        String id = ResourceNames.tenant(checks, "name", request.getName()).orElse("");
        checks.finish();
        return GetTenantResponse.newBuilder()
                .setTenant(TenantMessages.tenant(tenants.find(id)))
                .build();
    }
}
