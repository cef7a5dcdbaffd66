package io.keywarden.admin;

import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.AnswerDetail;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.Tenant;
import java.time.Duration;
import java.util.List;

/** Checks the fields of a tenant that is to be made. */
final class TenantChecks {
    private static final int MAX_HOSTS = 100;
    private static final int MAX_NOTICES = 10;
    private static final int MAX_NOTICE_DAYS = 365;
    private static final int MAX_RETENTION_DAYS = 3_660;

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
        checks.require(
                !request.getTenantId().equals(io.keywarden.token.Tenant.SYSTEM),
                "tenant_id",
                "another id than " + io.keywarden.token.Tenant.SYSTEM);
        checks.requestId(request.getRequestId());
        String catalog = ResourceNames.catalog(checks, "tenant.catalog", tenant.getCatalog())
                .orElse("");
        check(checks, tenant, longestOutage);
        checks.finish();
        return catalog;
    }

    /** Notes what is wrong with the fields of a tenant that can be changed, as far as nothing else is needed to tell. */
    static void check(FieldChecks checks, Tenant tenant, Duration longestOutage) {
        if (!tenant.getDisplayName().isEmpty()) {
            checks.displayName("tenant.display_name", tenant.getDisplayName());
        }
        HostChecks.check(checks, "tenant.hosts", tenant.getHostsList(), MAX_HOSTS);
        CredentialSourceChecks.check(checks, "tenant.credential_sources", tenant.getCredentialSourcesList());
        TokenPolicyChecks.check(checks, "tenant.token_policy", tenant.getTokenPolicy());
        if (tenant.getOutagePolicy().hasServeKnown()) {
            check(checks, tenant.getOutagePolicy().getServeKnown().getMaxAge(), longestOutage);
        }
        if (tenant.hasClientSource()) {
            RequestRuleChecks.client(checks, "tenant.client_source", tenant.getClientSource());
        }
        boolean detail = tenant.getAnswerDetail() != AnswerDetail.UNRECOGNIZED;
        checks.require(detail, "tenant.answer_detail", "FULL or TERSE");
        RequestRuleChecks.openPaths(checks, "tenant.open_paths", tenant.getOpenPathsList());
        LabelChecks.check(checks, "tenant.labels", tenant.getLabelsMap());
        notices(checks, "tenant.expiry_notice_days", tenant.getExpiryNoticeDaysList());
        if (tenant.hasHistoryRetention()) {
            retention(checks, "tenant.history_retention", tenant.getHistoryRetention());
        }
    }

    private static void retention(FieldChecks checks, String field, com.google.protobuf.Duration kept) {
        boolean right = Durations.isValid(kept)
                && Durations.compare(kept, Durations.fromDays(1)) >= 0
                && Durations.compare(kept, Durations.fromDays(MAX_RETENTION_DAYS)) <= 0;
        checks.require(right, field, "1 to " + MAX_RETENTION_DAYS + " days, or nothing for ever");
    }

    private static void notices(FieldChecks checks, String field, List<Integer> days) {
        boolean right = days.size() <= MAX_NOTICES
                && days.stream().allMatch(day -> day >= 1 && day <= MAX_NOTICE_DAYS)
                && days.stream().distinct().count() == days.size();
        checks.require(
                right, field, "at most " + MAX_NOTICES + " different numbers of days, each 1 to " + MAX_NOTICE_DAYS);
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
