package io.keywarden.admin;

import com.google.protobuf.util.Timestamps;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.Listing;
import io.keywarden.store.Commit.NameClaim;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes away what remains of a token that was deleted long ago: its names are free then, and its secrets, rights and notes are
 * gone. A small record stays, without which its id could be used again, a replica that has seen the token would take the store
 * for tampered with, and the end of its history would not be known.
 */
final class Purge {
    private final AdminStore store;
    private final TokenAliases aliases;
    private final RecordWrites writes;

    Purge(AdminStore store, TokenAliases aliases, RecordWrites writes) {
        this.store = store;
        this.aliases = aliases;
        this.writes = writes;
    }

    /** Whether a token was purged: to everybody but the store it is not there. */
    static boolean isDone(TokenRecord token) {
        return token.getState() == TokenRecord.State.PURGED;
    }

    /**
     * Purges a token if it is time. It is compared with what was read, so it may be done by several at once, and nothing that
     * was brought back is purged.
     *
     * @return whether it was done
     */
    boolean look(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
        TokenRecord record = token.payload();
        boolean due = record.getState() == TokenRecord.State.DELETED
                && record.hasPurgeTime()
                && Timestamps.compare(record.getPurgeTime(), writes.timestamp()) <= 0;
        return due && store.commit(commit(tenant, token)).isEmpty();
    }

    /** A full store takes it too: it makes room. */
    private Commit commit(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
        EventDraft event = new EventDraft(Caller.itself(), "", "PurgeToken", List.of());
        RecordWrites.Write write = writes.next(token.stored(), remains(token.payload()), event);
        List<RecordChange> records = new ArrayList<>();
        records.add(write.change());
        records.addAll(leadingTo(tenant, token));
        return new Commit(
                token.stored().key().slot(),
                Commit.Urgency.NARROWS,
                records,
                names(tenant, token.payload()),
                listings(tenant, token.payload()),
                List.of(write.event()),
                Optional.empty());
    }

    private TokenRecord remains(TokenRecord token) {
        return TokenRecord.newBuilder()
                .setId(token.getId())
                .setTenantUid(token.getTenantUid())
                .setState(TokenRecord.State.PURGED)
                .setCreateTime(token.getCreateTime())
                .setUpdateTime(writes.timestamp())
                .build();
    }

    private List<RecordChange> leadingTo(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
        TokenRecord record = token.payload();
        List<RecordChange> changes = new ArrayList<>(aliases.forget(tenant, record.getSecretsList()));
        if (!record.getCredentialId().isEmpty()) {
            changes.addAll(aliases.release(
                    tenant, record.getCredentialId(), new TokenAliases.Of(new TokenId(record.getId()), token.uid())));
        }
        return changes;
    }

    /** An index is not signed: where it says that another token has the name, this one has none to give back. */
    private List<NameClaim> names(Entry<TenantRecord> tenant, TokenRecord token) {
        IndexKey names = IndexKey.tokenNames(tenant.stored().key().slot(), tenant.uid());
        return store.holder(names, token.getDisplayName())
                .filter(token.getId()::equals)
                .map(holder -> List.of(NameClaim.release(names, token.getDisplayName(), holder)))
                .orElse(List.of());
    }

    private static List<Listing> listings(Entry<TenantRecord> tenant, TokenRecord token) {
        SlotTag slot = tenant.stored().key().slot();
        String member = TokenPages.member(token);
        List<Listing> listings = new ArrayList<>();
        listings.add(new Listing(IndexKey.tokens(slot, tenant.uid()), member, false));
        listings.add(new Listing(IndexKey.purged(slot, tenant.uid()), member, true));
        if (token.hasOwner()) {
            Uid owner = Uid.of(token.getOwner().getUid().toByteArray());
            listings.add(new Listing(IndexKey.ownerTokens(slot, owner), member, false));
        }
        return listings;
    }
}
