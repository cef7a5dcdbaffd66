package io.keywarden.admin;

import io.keywarden.store.IndexKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.Uid;
import java.util.List;
import java.util.Optional;

/** Finds out whether tenants use a catalog: looks at all tenants, some hundred at a time. */
final class CatalogUsers {
    private static final int CHUNK = 500;

    private final AdminStore store;
    private final Claims claims;

    CatalogUsers(AdminStore store, Claims claims) {
        this.store = store;
        this.claims = claims;
    }

    /** The id of a tenant that uses a catalog; empty where none does. */
    Optional<String> first(Uid catalog) {
        String after = "";
        while (true) {
            List<String> ids = store.list(IndexKey.TENANTS, after, CHUNK);
            List<Claims.Name> names = ids.stream()
                    .map(id -> new Claims.Name(Namespace.TENANT_ID, id))
                    .toList();
            for (Optional<StoredRecord> tenant : claims.find(names)) {
                Optional<TenantRecord> user = tenant.map(stored ->
                                Entry.of(stored, TenantRecord.parser()).payload())
                        .filter(found -> found.getCatalog().getUid().equals(CatalogMessages.bytes(catalog)));
                if (user.isPresent()) {
                    return user.map(TenantRecord::getId);
                }
            }
            if (ids.size() < CHUNK) {
                return Optional.empty();
            }
            after = ids.get(ids.size() - 1);
        }
    }
}
