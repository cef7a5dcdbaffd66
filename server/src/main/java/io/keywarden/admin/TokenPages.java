package io.keywarden.admin;

import com.google.protobuf.util.Timestamps;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the list of a tenant's tokens by pages, oldest first. A list is not signed: an entry that leads to nothing, to another
 * tenant's token, or to a purged one, is skipped.
 */
final class TokenPages {
    private final AdminStore store;

    TokenPages(AdminStore store) {
        this.store = store;
    }

    /** A token's entry in the list: its creation time, so that the order of the entries is that of their age. */
    static String member(Instant created, String id) {
        return String.format(Locale.ROOT, "%020d|%s", created.toEpochMilli(), id);
    }

    /** A token's entry in the lists that it is in. */
    static String member(TokenRecord token) {
        return member(Instant.ofEpochMilli(Timestamps.toMillis(token.getCreateTime())), token.getId());
    }

    /**
     * Reads a page.
     *
     * @param each takes each token
     * @return the token of the next page; empty text where this is the last one
     */
    String read(Entry<TenantRecord> tenant, Pages page, Consumer<Entry<TokenRecord>> each) {
        IndexKey list = IndexKey.tokens(tenant.stored().key().slot(), tenant.uid());
        String last = readAfter(tenant, list, page.after(), page.size(), each);
        return last.isEmpty() ? "" : page.next(last);
    }

    /**
     * Reads a part of a list.
     *
     * @param after the entry before the first one; empty text for the start
     * @param most how many entries at most
     * @param each takes each token
     * @return the last entry; empty text where there is nothing after it
     */
    String readAfter(
            Entry<TenantRecord> tenant, IndexKey list, String after, int most, Consumer<Entry<TokenRecord>> each) {
        Part part = part(list, after, most);
        read(tenant, part, each);
        return part.last();
    }

    /**
     * A part of a list.
     *
     * @param members its entries
     * @param last the last one; empty text where there is nothing after it
     */
    record Part(List<String> members, String last) {}

    /** Finds a part of a list, as {@link #readAfter}, and reads none of the tokens yet. */
    Part part(IndexKey list, String after, int most) {
        List<String> members = store.list(list, after, most + 1);
        List<String> wanted = members.subList(0, Math.min(most, members.size()));
        return new Part(wanted, members.size() > most ? wanted.get(wanted.size() - 1) : "");
    }

    /** Reads the tokens of a part of a list. */
    void read(Entry<TenantRecord> tenant, Part part, Consumer<Entry<TokenRecord>> each) {
        List<RecordKey> keys =
                part.members().stream().flatMap(member -> key(member).stream()).toList();
        for (Optional<StoredRecord> found : store.read(keys)) {
            found.map(stored -> Entry.of(stored, TokenRecord.parser()))
                    .filter(token -> token.payload().getTenantUid().equals(CatalogMessages.bytes(tenant.uid())))
                    .filter(token -> !Purge.isDone(token.payload()))
                    .ifPresent(each);
        }
    }

    /** The key of the record that an entry leads to; empty where it is no entry. */
    static Optional<RecordKey> key(String member) {
        String id = member.substring(member.indexOf('|') + 1);
        return TokenId.isTokenId(id) ? Optional.of(RecordKey.token(new TokenId(id))) : Optional.empty();
    }
}
