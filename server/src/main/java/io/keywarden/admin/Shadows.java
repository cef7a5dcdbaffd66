package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/** Lets only those turn a shadow on, or make it longer, who may: under it requests pass that would be refused. */
final class Shadows {
    private Shadows() {}

    /** Throws where a caller may not change a token so. */
    static void require(Caller caller, Entry<TenantRecord> tenant, TokenRecord before, TokenRecord after) {
        require(caller, tenant.payload().getId(), end(before), end(after));
    }

    /** Throws where a caller may not change a tenant so. */
    static void require(Caller caller, String tenant, TenantRecord before, TenantRecord after) {
        Optional<Timestamp> was = before.hasShadowUntil() ? Optional.of(before.getShadowUntil()) : Optional.empty();
        Optional<Timestamp> is = after.hasShadowUntil() ? Optional.of(after.getShadowUntil()) : Optional.empty();
        require(caller, tenant, was, is);
    }

    private static Optional<Timestamp> end(TokenRecord token) {
        return token.hasShadowUntil() ? Optional.of(token.getShadowUntil()) : Optional.empty();
    }

    private static void require(Caller caller, String tenant, Optional<Timestamp> was, Optional<Timestamp> is) {
        boolean longer = is.isPresent() && (was.isEmpty() || Timestamps.compare(is.get(), was.get()) > 0);
        if (longer) {
            caller.require(AdminOperations.TURN_SHADOW_ON, tenant);
        }
    }
}
