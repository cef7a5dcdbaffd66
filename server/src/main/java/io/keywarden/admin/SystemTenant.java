package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.AdminFailure.LostRace;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.StoreFailed;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.CatalogReference;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tenant {@code system}, whose tokens may call Admin. Admin makes it before it serves, in every store that has none. It has
 * no hosts and no catalog in the store, is in no list of tenants, and nobody changes it.
 */
final class SystemTenant {
    private static final Logger LOG = LoggerFactory.getLogger(SystemTenant.class);
    private static final Claims.Name NAME = new Claims.Name(Namespace.TENANT_ID, Tenant.SYSTEM);
    private static final AdminFailure TAKEN = Claims.idTaken(ResourceType.TENANT, ResourceNames.tenant(Tenant.SYSTEM));
    private static final String PREFIX = "kwsystem";

    private final AdminStore store;
    private final Claims claims;
    private final RecordWrites writes;
    private final SecureRandom random;

    SystemTenant(AdminStore store, Claims claims, RecordWrites writes, SecureRandom random) {
        this.store = store;
        this.claims = claims;
        this.writes = writes;
        this.random = random;
    }

    /** Whether a tenant is this one. */
    static boolean is(Entry<TenantRecord> tenant) {
        return tenant.payload().getId().equals(Tenant.SYSTEM);
    }

    /** Makes it where it is missing; answers false where that cannot be done now, and has to be tried again. */
    boolean found() {
        try {
            if (claims.find(NAME).isEmpty()) {
                make(new Claims.Target(Uid.random(random), SlotTag.random(random)));
                LOG.info("system_tenant_made");
            }
            return true;
        } catch (AdminException e) {
            // Another Admin may be making it at this moment.
            boolean later = e.failure() instanceof StoreFailed
                    || e.failure() instanceof LostRace
                    || e.failure().equals(TAKEN);
            if (!later) {
                throw e;
            }
            LOG.debug("system_tenant_waits reason={}", e.failure().reasonName());
            return false;
        }
    }

    private void make(Claims.Target target) {
        StoredRecord claim = claims.claim(NAME, target, TAKEN);
        TenantRecord record = record(target);
        EventDraft event = new EventDraft(
                Caller.itself(),
                "",
                "CreateTenant",
                FieldDiff.created(TenantMessages.contents(record).build()));
        RecordWrites.Write write =
                writes.first(RecordKey.tenant(target.slot(), target.uid()), target.uid(), record, event);
        Commit commit = new Commit(
                target.slot(),
                Commit.Urgency.GROWS,
                List.of(write.change()),
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
        try {
            if (store.commit(commit).isPresent()) {
                throw new IllegalStateException("a record under a new uid (expected: none)");
            }
        } catch (AdminException e) {
            // While the record may still come, its claim must stay.
            if (!Effects.mayBeWritten(e)) {
                claims.release(List.of(claim));
            }
            throw e;
        }
    }

    private TenantRecord record(Claims.Target target) {
        Timestamp now = writes.timestamp();
        return TenantRecord.newBuilder()
                .setId(Tenant.SYSTEM)
                .setDisplayName("Keywarden")
                .setSlot(target.slot().text())
                .setCatalog(CatalogReference.newBuilder()
                        .setId(AdminOperations.MODULE)
                        .setUid(CatalogMessages.bytes(AdminOperations.CATALOG_UID))
                        .setSlot(target.slot().text()))
                .setTokenPrefix(PREFIX)
                .setState(TenantRecord.State.ACTIVE)
                .setCreateTime(now)
                .setUpdateTime(now)
                .build();
    }
}
