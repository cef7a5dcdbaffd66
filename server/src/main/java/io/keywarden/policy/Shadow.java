package io.keywarden.policy;

import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import java.time.Instant;
import java.util.Optional;

/** Tells whether a shadow is over a request: it lets pass what would be refused, until it ends. */
final class Shadow {
    private Shadow() {}

    /** Whether one is over all of a tenant's requests. None is where the tenant is disabled: that is no matter of rights. */
    static boolean covers(Tenant tenant, Instant now) {
        return !tenant.isSystem() && tenant.active() && runs(tenant.rules().shadowUntil(), now);
    }

    /** Whether one is over the module of an operation. */
    static boolean covers(Operation operation, Instant now) {
        return runs(operation.shadowUntil(), now);
    }

    /** Whether one is over a token, or over its tenant. */
    static boolean covers(Facts.Proven proven, Instant now) {
        boolean overTenant =
                proven.tenant().isPresent() && covers(proven.tenant().get(), now);
        return overTenant || runs(proven.token().times().shadowUntil(), now);
    }

    /** Whether one can be over anything of a tenant: the tokens of Admin are never let pass. */
    static boolean mayCover(Optional<Tenant> tenant) {
        return tenant.isPresent() && !tenant.get().isSystem();
    }

    private static boolean runs(Optional<Instant> until, Instant now) {
        return until.isPresent() && now.isBefore(until.get());
    }
}
