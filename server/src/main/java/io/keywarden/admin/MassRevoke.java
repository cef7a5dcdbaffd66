package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import java.util.Optional;

/**
 * Revokes all tokens of an owner or of a tenant in one write: it raises a count that each token has a copy of, taken when it
 * was made or given to its owner. It is done anew each time it is asked for.
 */
final class MassRevoke {
    private static final String KIND = "RevokeTokens";

    private final OwnerChange owners;
    private final TenantChange tenants;
    private final RecordWrites writes;

    MassRevoke(OwnerChange owners, TenantChange tenants, RecordWrites writes) {
        this.owners = owners;
        this.tenants = tenants;
        this.writes = writes;
    }

    /** Revokes the tokens of the owner with a checked resource name. */
    Written<Entry<OwnerRecord>> ofOwner(String name, int reason, Caller caller) {
        OwnerName owner = ResourceNames.owner(new FieldChecks(), "owner", name).orElseThrow();
        OwnerChange.Order order =
                new OwnerChange.Order(owner, "", KIND, JournalRule.again(Narrowing.REVOKE_OWNER_TOKENS, name, reason));
        return owners.run(order, caller, found -> {
            OwnerRecord before = found.owner().payload();
            OwnerRecord.Builder after = before.toBuilder()
                    .setRevocations(before.getRevocations() + 1)
                    .setValidFrom(writes.timestamp());
            return Optional.of(
                    new OwnerChange.Decided(Optional.of(new OwnerChange.Decision(after, Commit.Urgency.NARROWS))));
        });
    }

    /** Revokes the tokens of the tenant with a resource name. */
    Written<Entry<TenantRecord>> ofTenant(String name, int reason, Caller caller) {
        TenantChange.Order order =
                new TenantChange.Order(name, "", KIND, JournalRule.again(Narrowing.REVOKE_TENANT_TOKENS, name, reason));
        return tenants.run(order, caller, tenant -> {
            TenantRecord before = tenant.payload();
            TenantRecord.Builder after = before.toBuilder()
                    .setRevocations(before.getRevocations() + 1)
                    .setValidFrom(writes.timestamp());
            return Optional.of(new TenantChange.Decision(after, Commit.Urgency.NARROWS));
        });
    }
}
