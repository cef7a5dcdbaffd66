package io.keywarden.admin;

import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;

/** Looks for the tokens of an owner that could still be used, or be enabled. */
final class OwnerTokens {
    private final TokenPages pages;

    OwnerTokens(TokenPages pages) {
        this.pages = pages;
    }

    /** The list of the tokens that were given to an owner. */
    static IndexKey index(SlotTag slot, Uid owner) {
        return IndexKey.ownerTokens(slot, owner);
    }

    /** Whether an owner has such a token. */
    boolean hasLive(Entry<TenantRecord> tenant, Entry<OwnerRecord> owner) {
        IndexKey index = index(tenant.stored().key().slot(), owner.uid());
        String after = "";
        do {
            boolean[] live = {false};
            after = pages.readAfter(tenant, index, after, Pages.MAX_SIZE, token -> {
                live[0] |= isLive(tenant, owner, token.payload());
            });
            if (live[0]) {
                return true;
            }
        } while (!after.isEmpty());
        return false;
    }

    private static boolean isLive(Entry<TenantRecord> tenant, Entry<OwnerRecord> owner, TokenRecord token) {
        boolean theirs = token.getOwner().getUid().equals(CatalogMessages.bytes(owner.uid()));
        boolean ended = token.getState() == TokenRecord.State.DELETED || token.getState() == TokenRecord.State.REVOKED;
        return theirs && !ended && !Revocations.cover(tenant.payload(), owner.payload(), token);
    }
}
