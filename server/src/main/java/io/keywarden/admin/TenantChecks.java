package io.keywarden.admin;

import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.token.Names;

/** Checks the fields of a tenant that is to be made. */
final class TenantChecks {
    /** The tenant of Keywarden's own tokens, which nobody makes. */
    private static final String SYSTEM = "system";

    private static final int MAX_HOSTS = 100;

    private TenantChecks() {}

    /** Checks a request and answers the id of the tenant's catalog. */
    static String check(CreateTenantRequest request) {
        FieldChecks checks = new FieldChecks();
        Tenant tenant = request.getTenant();
        checks.label("tenant_id", request.getTenantId());
        checks.require(!request.getTenantId().equals(SYSTEM), "tenant_id", "another id than " + SYSTEM);
        checks.requestId(request.getRequestId());
        if (!tenant.getDisplayName().isEmpty()) {
            checks.displayName("tenant.display_name", tenant.getDisplayName());
        }
        String catalog = ResourceNames.catalog(checks, "tenant.catalog", tenant.getCatalog())
                .orElse("");
        HostChecks.check(checks, "tenant.hosts", tenant.getHostsList(), MAX_HOSTS);
        CredentialSourceChecks.check(checks, "tenant.credential_sources", tenant.getCredentialSourcesList());
        String prefix = tenant.getTokenPolicy().getPrefix();
        checks.require(
                prefix.isEmpty() || Names.isTokenPrefix(prefix), "tenant.token_policy.prefix", Names.PREFIX_RULE);
        checks.finish();
        return catalog;
    }
}
