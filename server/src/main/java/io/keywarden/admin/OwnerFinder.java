package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.AdminFailure.Missing;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds owners. What leads from an id to an owner is not signed, so it is compared with what their record says. */
final class OwnerFinder {
    private final AdminStore store;

    OwnerFinder(AdminStore store) {
        this.store = store;
    }

    /** A tenant's owner with a name. */
    Entry<OwnerRecord> find(Entry<TenantRecord> tenant, OwnerName name) {
        return withId(tenant, name.owner())
                .orElseThrow(() -> new AdminException(new Missing(ResourceType.OWNER, name.text())));
    }

    /** A tenant's owner with an id; empty where there is none. */
    Optional<Entry<OwnerRecord>> withId(Entry<TenantRecord> tenant, String id) {
        SlotTag slot = tenant.stored().key().slot();
        return store.holder(IndexKey.ownerNames(slot, tenant.uid()), id)
                .flatMap(uid -> key(slot, uid))
                .flatMap(store::read)
                .map(stored -> Entry.of(stored, OwnerRecord.parser()))
                .filter(owner -> isOf(tenant, owner) && owner.payload().getId().equals(id));
    }

    /** The owner of a token; empty where it has none, or they are not there. */
    Optional<Entry<OwnerRecord>> of(Entry<TenantRecord> tenant, TokenRecord token) {
        if (!token.hasOwner()) {
            return Optional.empty();
        }
        Uid uid = Uid.of(token.getOwner().getUid().toByteArray());
        return store.read(RecordKey.owner(tenant.stored().key().slot(), uid))
                .map(stored -> Entry.of(stored, OwnerRecord.parser()));
    }

    /** The owners of tokens, in their order, as {@link #of}. */
    List<Optional<Entry<OwnerRecord>>> of(Entry<TenantRecord> tenant, List<Entry<TokenRecord>> tokens) {
        List<ByteString> uids = tokens.stream()
                .filter(token -> token.payload().hasOwner())
                .map(token -> token.payload().getOwner().getUid())
                .distinct()
                .toList();
        SlotTag slot = tenant.stored().key().slot();
        List<Optional<StoredRecord>> records = store.read(uids.stream()
                .map(uid -> RecordKey.owner(slot, Uid.of(uid.toByteArray())))
                .toList());
        Map<ByteString, Entry<OwnerRecord>> found = new HashMap<>();
        for (int i = 0; i < uids.size(); i++) {
            ByteString uid = uids.get(i);
            records.get(i).ifPresent(stored -> found.put(uid, Entry.of(stored, OwnerRecord.parser())));
        }
        return tokens.stream()
                .map(token ->
                        Optional.ofNullable(found.get(token.payload().getOwner().getUid())))
                .toList();
    }

    /** Whether an owner who was not deleted is a tenant's. */
    static boolean isOf(Entry<TenantRecord> tenant, Entry<OwnerRecord> owner) {
        return owner.payload().getTenantUid().equals(CatalogMessages.bytes(tenant.uid()))
                && owner.payload().getState() != OwnerRecord.State.DELETED;
    }

    /** The key of the record of an owner, by the text of their uid; empty where it is none. */
    static Optional<RecordKey> key(SlotTag slot, String uid) {
        return RecordKey.isId(uid) ? Optional.of(new RecordKey(RecordKind.OWNER, slot, uid)) : Optional.empty();
    }
}
