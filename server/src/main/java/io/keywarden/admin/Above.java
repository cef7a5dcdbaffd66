package io.keywarden.admin;

import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What stands above a token, as it was read.
 *
 * @param tenant its tenant
 * @param owner its owner; empty where it has none, or where they are not there
 */
record Above(Entry<TenantRecord> tenant, Optional<Entry<OwnerRecord>> owner) {
    /** Whether a token was revoked by itself, or with others. */
    boolean hasRevoked(TokenRecord token) {
        boolean withOthers = owner.map(own -> Revocations.cover(tenant.payload(), own.payload(), token))
                .orElseGet(() -> Revocations.cover(tenant.payload(), token));
        return withOthers || token.getState() == TokenRecord.State.REVOKED;
    }

    /** What a commit compares that was decided on the ground of the tenant and the owner. */
    List<RecordChange> unchanged() {
        List<RecordChange> changes = new ArrayList<>();
        changes.add(RecordChange.unchanged(tenant.stored()));
        owner.ifPresent(own -> changes.add(RecordChange.unchanged(own.stored())));
        return changes;
    }
}
