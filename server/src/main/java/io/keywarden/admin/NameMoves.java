package io.keywarden.admin;

import io.keywarden.store.Aliases;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.StoredRecord.Draft;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Moves names to where the active tag key has them. The new record is written in one round and the old one removed in a later one:
 * who looks at both places meanwhile finds at least one of them. The name of a secret that stands alone cannot be moved, since
 * nobody here has the secret.
 */
final class NameMoves {
    private final AdminStore store;
    private final Aliases aliases;
    private final RecordWrites writes;
    private final SecureRandom random;

    NameMoves(AdminStore store, Aliases aliases, RecordWrites writes, SecureRandom random) {
        this.store = store;
        this.aliases = aliases;
        this.writes = writes;
        this.random = random;
    }

    /** Moves a name by a step; false where there is nothing to do, or somebody else was there before. */
    boolean move(StoreWalk.Item item) {
        if (item.record().key().kind() != RecordKind.ALIAS) {
            return false;
        }
        AliasRecord alias = Entry.of(item.record(), AliasRecord.parser()).payload();
        Optional<RecordKey> active = place(alias, item.tenant())
                .filter(key -> !key.equals(item.record().key()));
        if (active.isEmpty()) {
            return false;
        }
        Optional<StoredRecord> there = store.read(active.get());
        if (there.isEmpty()) {
            return commit(copy(active.get(), alias));
        }
        AliasRecord copy = Entry.of(there.get(), AliasRecord.parser()).payload();
        return copy.getTargetUid().equals(alias.getTargetUid()) && commit(RecordChange.remove(item.record()));
    }

    private Optional<RecordKey> place(AliasRecord alias, Optional<Entry<TenantRecord>> tenant) {
        return switch (alias.getNamespace()) {
            case HOST, TENANT_ID, CATALOG_ID -> Optional.of(aliases.key(alias.getNamespace(), alias.getText()));
            case CREDENTIAL_ID ->
                tenant.map(of -> aliases.key(
                        Namespace.CREDENTIAL_ID,
                        new TenantRef(of.uid(), of.stored().key().slot()),
                        alias.getText().getBytes(StandardCharsets.US_ASCII)));
            case OPAQUE_SECRET, NAMESPACE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    /** It leads where the old one does, and is as old. */
    private RecordChange copy(RecordKey key, AliasRecord alias) {
        AliasRecord payload = alias.toBuilder()
                .setTargetSlot(
                        alias.getNamespace() == Namespace.CREDENTIAL_ID
                                ? key.slot().text()
                                : alias.getTargetSlot())
                .setTagKey(aliases.activeKey())
                .build();
        StoredRecord copy =
                writes.signed(Draft.first(key, Uid.random(random), ChainHead.EMPTY, payload.toByteString()));
        return RecordChange.write(key, Optional.empty(), copy.bytes());
    }

    private boolean commit(RecordChange change) {
        Commit.Urgency urgency = change.remove() ? Commit.Urgency.NARROWS : Commit.Urgency.GROWS;
        return store.commit(Commit.of(change, urgency)).isEmpty();
    }
}
