package io.keywarden.admin;

import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;

/** Tells the tokens that were revoked all at once, as a check does. */
final class Revocations {
    private Revocations() {}

    /** Whether a token was made before all tokens of its tenant were revoked. */
    static boolean cover(TenantRecord tenant, TokenRecord token) {
        return tenant.getRevocations() > token.getTenantRevocations();
    }

    /** Whether a token was made before all tokens of its tenant, or given to its owner before all of theirs, were revoked. */
    static boolean cover(TenantRecord tenant, OwnerRecord owner, TokenRecord token) {
        return cover(tenant, token) || owner.getRevocations() > token.getOwnerRevocations();
    }
}
