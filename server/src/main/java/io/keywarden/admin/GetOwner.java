package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.v1.GetOwnerRequest;
import io.keywarden.admin.v1.GetOwnerResponse;
import java.util.Optional;

/** Reads one owner. */
final class GetOwner {
    private final TenantFinder tenants;
    private final OwnerFinder owners;

    GetOwner(TenantFinder tenants, OwnerFinder owners) {
        this.tenants = tenants;
        this.owners = owners;
    }

    GetOwnerResponse run(GetOwnerRequest request) {
        FieldChecks checks = new FieldChecks();
        Optional<OwnerName> read = ResourceNames.owner(checks, "name", request.getName());
        checks.finish();
        OwnerName name = read.orElseThrow();
        return GetOwnerResponse.newBuilder()
                .setOwner(OwnerMessages.owner(name.tenant(), owners.find(tenants.find(name.tenant()), name)))
                .build();
    }
}
