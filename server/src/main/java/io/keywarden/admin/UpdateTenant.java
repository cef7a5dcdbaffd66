package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.UpdateTenantResponse;
import io.keywarden.store.Bounds;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TenantRecord;
import java.time.Duration;
import java.util.Optional;

/** Changes a tenant: all but its id and its catalog. */
final class UpdateTenant {
    private static final String OUTAGE_POLICY = "outage_policy";
    private static final String TYPES = "token_policy.token_types";

    private final TenantFinder tenants;
    private final TenantChange change;
    private final TenantHosts hosts;
    private final TokenTypes types;
    private final Limits limits;

    UpdateTenant(TenantFinder tenants, TenantChange change, TenantHosts hosts, TokenTypes types, Limits limits) {
        this.tenants = tenants;
        this.change = change;
        this.hosts = hosts;
        this.types = types;
        this.limits = limits;
    }

    /**
     * What changes are held to.
     *
     * @param founding tells the longest outage
     * @param writes tells the time
     */
    record Limits(Founding founding, RecordWrites writes) {}

    Held<UpdateTenantResponse> run(UpdateTenantRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Tenant given = request.getTenant();
        String id = ResourceNames.tenant(checks, "tenant.name", given.getName()).orElse("");
        ResourceUpdate mask = ResourceUpdate.of(checks, request.getUpdateMask(), given);
        checks.finish();
        Written<Entry<TenantRecord>> written =
                Attempts.run(() -> attempt(id, given, mask, caller), ResourceType.TENANT, given.getName());
        UpdateTenantResponse.Builder response = UpdateTenantResponse.newBuilder()
                .setTenant(TenantMessages.tenant(written.value()))
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    private Optional<Written<Entry<TenantRecord>>> attempt(
            String id, Tenant given, ResourceUpdate mask, Caller caller) {
        Entry<TenantRecord> tenant = tenants.find(id);
        // Before a host is claimed for nothing.
        Etags.check(given.getEtag(), tenant.stored(), ResourceType.TENANT, given.getName());
        TenantRecord before = tenant.payload();
        TenantRecord.Builder after = merged(tenant, given, mask);
        TenantChange.Order order =
                new TenantChange.Order(given.getName(), given.getEtag(), "UpdateTenant", JournalRule.NONE);
        if (after.build().equals(before)) {
            return change.attempt(order, tenant, caller, same -> Optional.empty());
        }
        if (!before.getHostsList().containsAll(after.getHostsList())) {
            // Hosts are shared with all other tenants, so who may change one of them has no right to them.
            caller.requireEverywhere("UpdateTenant");
        }
        Shadows.require(caller, id, before, after.build());
        keepKnownAge(before, after);
        Commit.Urgency urgency =
                TenantNarrowing.narrows(before, after.build()) ? Commit.Urgency.NARROWS : Commit.Urgency.GROWS;
        return hosts.around(
                tenant,
                after.getHostsList(),
                () -> change.attempt(
                        order, tenant, caller, same -> Optional.of(new TenantChange.Decision(after, urgency))));
    }

    private TenantRecord.Builder merged(Entry<TenantRecord> tenant, Tenant given, ResourceUpdate mask) {
        FieldChecks checks = new FieldChecks();
        Tenant stored = TenantMessages.contents(tenant.payload()).build();
        mask.requireUnchanged(checks, "tenant", stored, given);
        Tenant merged = mask.merge(stored, given, Tenant.class);
        // What was allowed when it was set stays, though the configuration may allow less by now.
        Tenant checked = mask.sets(OUTAGE_POLICY)
                ? merged
                : merged.toBuilder().clearOutagePolicy().build();
        TenantChecks.check(checks, checked, limits.founding().longestOutage());
        if (mask.sets("shadow_until")) {
            TimeChecks.shadow(
                    checks,
                    "tenant.shadow_until",
                    merged.getShadowUntil(),
                    limits.writes().timestamp());
        }
        checks.finish();
        TenantRecord.Builder after = tenant.payload().toBuilder();
        TenantMessages.put(after, merged);
        if (mask.sets(TYPES)) {
            FieldChecks grants = new FieldChecks();
            after.clearTokenTypes()
                    .addAllTokenTypes(types.resolve(
                            grants, after.getCatalog(), merged.getTokenPolicy().getTokenTypesList()));
            grants.finish();
        }
        return after;
    }

    /** A replica that does not know of a shorter outage policy yet may go on by the longer one for a while. */
    private void keepKnownAge(TenantRecord before, TenantRecord.Builder after) {
        Duration was = KnownAge.duration(before.getMaxKnownAge());
        if (KnownAge.duration(after.getMaxKnownAge()).compareTo(was) >= 0) {
            return;
        }
        Timestamp now = limits.writes().timestamp();
        boolean formerCounts =
                before.hasFormerMaxKnownAge() && Timestamps.compare(now, before.getFormerMaxKnownAgeEndTime()) < 0;
        Duration former = formerCounts ? KnownAge.longer(was, KnownAge.duration(before.getFormerMaxKnownAge())) : was;
        Duration until = Bounds.MAX_LEASE.plus(StoreBounds.LEARNT_WITHIN).plus(former);
        after.setFormerMaxKnownAge(StoreBounds.duration(former))
                .setFormerMaxKnownAgeEndTime(
                        RecordWrites.timestamp(limits.writes().now().plus(until)));
    }
}
