package io.keywarden.admin;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.v1.TenantRecord;
import java.util.HashSet;

/** Tells the changes of a tenant that only take rights away, which a full store takes too. */
final class TenantNarrowing {
    private TenantNarrowing() {}

    /** Whether nothing but rights differs, and nobody has one that they did not have. Where in doubt, it does not narrow. */
    static boolean narrows(TenantRecord before, TenantRecord after) {
        boolean actions = before.getAllowedActionsCount() == 0
                || (after.getAllowedActionsCount() > 0
                        && before.getAllowedActionsList().containsAll(after.getAllowedActionsList()));
        boolean shadow = !after.hasShadowUntil()
                || (before.hasShadowUntil()
                        && Timestamps.compare(after.getShadowUntil(), before.getShadowUntil()) <= 0);
        return withoutRights(before).equals(withoutRights(after))
                && actions
                && shadow
                && new HashSet<>(before.getHostsList()).containsAll(after.getHostsList())
                && new HashSet<>(before.getOpenPathsList()).containsAll(after.getOpenPathsList())
                && (before.getAllowCorsPreflight() || !after.getAllowCorsPreflight())
                && (before.getOwnerSelfService() || !after.getOwnerSelfService())
                && isNotLonger(before, after);
    }

    private static boolean isNotLonger(TenantRecord before, TenantRecord after) {
        Duration known = after.getMaxKnownAge();
        boolean lifetime = !before.hasMaxLifetime()
                || (after.hasMaxLifetime() && Durations.compare(after.getMaxLifetime(), before.getMaxLifetime()) <= 0);
        return lifetime && Durations.compare(known, before.getMaxKnownAge()) <= 0;
    }

    private static TenantRecord withoutRights(TenantRecord tenant) {
        return tenant.toBuilder()
                .clearAllowedActions()
                .clearShadowUntil()
                .clearHosts()
                .clearOpenPaths()
                .clearAllowCorsPreflight()
                .clearOwnerSelfService()
                .clearMaxLifetime()
                .clearMaxKnownAge()
                .clearFormerMaxKnownAge()
                .clearFormerMaxKnownAgeEndTime()
                .build();
    }
}
