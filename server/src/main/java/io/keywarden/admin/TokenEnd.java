package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/** Tells when tokens end. */
final class TokenEnd {
    private TokenEnd() {}

    /** When a token ends, by its own time or by its tenant's {@code max_lifetime}; empty where it does not. */
    static Optional<Timestamp> of(TenantRecord tenant, TokenRecord token) {
        Optional<Timestamp> own = token.hasExpireTime() ? Optional.of(token.getExpireTime()) : Optional.empty();
        if (!tenant.hasMaxLifetime() || !token.hasCreateTime()) {
            return own;
        }
        Timestamp longest = Timestamps.add(token.getCreateTime(), tenant.getMaxLifetime());
        return own.filter(end -> Timestamps.compare(end, longest) < 0).or(() -> Optional.of(longest));
    }
}
