package io.keywarden.admin;

import io.keywarden.store.IndexKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the lists of all tenants and all catalogs by pages. An entry that leads to nothing is skipped. */
final class IdLists {
    private final AdminStore store;
    private final Claims claims;

    IdLists(AdminStore store, Claims claims) {
        this.store = store;
        this.claims = claims;
    }

    /**
     * Reads a page.
     *
     * @param namespace what the list's entries are
     * @param each takes each record
     * @return the token of the next page; empty text where this is the last one
     */
    String read(IndexKey list, Namespace namespace, Pages page, Consumer<StoredRecord> each) {
        Part part = readAfter(list, namespace, new Part(page.after(), page.size()), each);
        return part.after().isEmpty() ? "" : page.next(part.after());
    }

    /**
     * A part of a list.
     *
     * @param after the entry before the first one; empty text for the start
     * @param most how many entries at most
     */
    record Part(String after, int most) {}

    /**
     * Reads a part of a list.
     *
     * @return the part after it; after an empty text where there is nothing after it
     */
    Part readAfter(IndexKey list, Namespace namespace, Part part, Consumer<StoredRecord> each) {
        List<String> ids = store.list(list, part.after(), part.most() + 1);
        List<String> wanted = ids.subList(0, Math.min(part.most(), ids.size()));
        claims.find(wanted.stream().map(id -> new Claims.Name(namespace, id)).toList()).stream()
                .flatMap(Optional::stream)
                .forEach(each);
        return new Part(ids.size() > part.most() ? wanted.get(wanted.size() - 1) : "", part.most());
    }
}
