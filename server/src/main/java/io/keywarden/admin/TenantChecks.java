package io.keywarden.admin;

import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.token.Names;
import java.time.Duration;

/** Checks the fields of a tenant that is to be made. */
final class TenantChecks {
    /** The tenant of Keywarden's own tokens, which nobody makes. */
    private static final String SYSTEM = "system";

    private static final int MAX_HOSTS = 100;

    private TenantChecks() {}

    /**
     * Checks a request and answers the id of the tenant's catalog.
     *
     * @param longestOutage the longest {@code max_age} that an outage policy may have
     */
    static String check(CreateTenantRequest request, Duration longestOutage) {
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
        if (tenant.getOutagePolicy().hasServeKnown()) {
            check(checks, tenant.getOutagePolicy().getServeKnown().getMaxAge(), longestOutage);
        }
        checks.finish();
        return catalog;
    }

    private static void check(FieldChecks checks, com.google.protobuf.Duration age, Duration longest) {
        String expected = longest.isZero()
                ? "error: no outage policy but ERROR is allowed (admin.longest_outage is 0)"
                : "more than 0, at most " + longest.toSeconds() + "s, which is admin.longest_outage";
        boolean right = Durations.isValid(age)
                && Durations.isPositive(age)
                && Durations.compare(age, StoreBounds.duration(longest)) <= 0;
        checks.require(right, "tenant.outage_policy.serve_known.max_age", expected);
    }
}
