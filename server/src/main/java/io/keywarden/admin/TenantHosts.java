package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.StoreFailed;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.policy.Reason;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.TenantRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Changes the hosts of a tenant together with its record: those that it gets are claimed before, those that it loses are free after. */
final class TenantHosts {
    private final Claims claims;
    private final PatternHosts patterns;
    private final RecordWrites writes;

    TenantHosts(Claims claims, PatternHosts patterns, RecordWrites writes) {
        this.claims = claims;
        this.patterns = patterns;
        this.writes = writes;
    }

    /**
     * Makes a change.
     *
     * @param hosts the hosts that the tenant has then
     * @param write writes its record; empty where another writer came between
     */
    <T> Optional<T> around(Entry<TenantRecord> tenant, List<String> hosts, Supplier<Optional<T>> write) {
        Claims.Target target =
                new Claims.Target(tenant.uid(), tenant.stored().key().slot());
        List<String> before = tenant.payload().getHostsList();
        List<String> gained =
                hosts.stream().filter(host -> !before.contains(host)).toList();
        patterns.requireFree(gained, tenant.payload().getId());
        List<StoredRecord> claimed = new ArrayList<>();
        try {
            Instant voidable = writes.now().plus(Claims.WRITE_WITHIN);
            gained.forEach(host -> claimed.add(claims.claim(name(host), target, taken(host))));
            if (writes.now().isAfter(voidable)) {
                // The first claims could be void by the time the record is there.
                throw AdminStore.failed(Reason.STORE_UNAVAILABLE, StoreFailed.Effect.NOTHING_WRITTEN);
            }
            Optional<T> written = write.get();
            if (written.isEmpty()) {
                claims.release(claimed);
                return written;
            }
            List<Claims.Name> lost = before.stream()
                    .filter(host -> !hosts.contains(host))
                    .map(TenantHosts::name)
                    .toList();
            claims.release(claims.heldBy(target, lost));
            return written;
        } catch (AdminException e) {
            // While the record may be there or may still come, its claims must stay.
            if (!Effects.mayBeWritten(e)) {
                claims.release(claimed);
            }
            throw e;
        }
    }

    private static Claims.Name name(String host) {
        return new Claims.Name(Namespace.HOST, host);
    }

    private static AdminFailure taken(String host) {
        return new AdminFailure.Taken(ErrorReason.HOST_TAKEN, ResourceType.TENANT, host);
    }
}
