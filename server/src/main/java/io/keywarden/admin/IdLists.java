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
        List<String> ids = store.list(list, page.after(), page.size() + 1);
        List<String> wanted = ids.subList(0, Math.min(page.size(), ids.size()));
        claims.find(wanted.stream().map(id -> new Claims.Name(namespace, id)).toList()).stream()
                .flatMap(Optional::stream)
                .forEach(each);
        return ids.size() > page.size() ? page.next(wanted.get(wanted.size() - 1)) : "";
    }
}
