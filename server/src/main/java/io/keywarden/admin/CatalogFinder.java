package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.Missing;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.policy.Reason;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.CatalogReference;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds catalogs and their modules. */
final class CatalogFinder {
    private final AdminStore store;
    private final Claims claims;

    CatalogFinder(AdminStore store, Claims claims) {
        this.store = store;
        this.claims = claims;
    }

    /** The catalog with an id. */
    Entry<CatalogRecord> find(String id) {
        return claims.find(new Claims.Name(Namespace.CATALOG_ID, id))
                .map(stored -> Entry.of(stored, CatalogRecord.parser()))
                .orElseThrow(() -> new AdminException(new Missing(ResourceType.CATALOG, ResourceNames.catalog(id))));
    }

    /** The catalog that a tenant refers to; empty where it is gone. */
    Optional<Entry<CatalogRecord>> find(CatalogReference reference) {
        Uid uid = Uid.of(reference.getUid().toByteArray());
        return store.read(RecordKey.catalog(new SlotTag(reference.getSlot()), uid))
                .map(stored -> Entry.of(stored, CatalogRecord.parser()));
    }

    /** A catalog's reference to the module with an id. */
    static Optional<ModuleReference> reference(Entry<CatalogRecord> catalog, String module) {
        return catalog.payload().getModulesList().stream()
                .filter(reference -> reference.getId().equals(module))
                .findFirst();
    }

    /**
     * Reads modules of a catalog, by their ids.
     *
     * @return empty where a module is newer than the catalog says: the catalog was changed after it was read
     */
    Optional<Map<String, Entry<ModuleRecord>>> modules(Entry<CatalogRecord> catalog, List<ModuleReference> references) {
        List<Optional<StoredRecord>> found = store.read(
                references.stream().map(reference -> key(catalog, reference)).toList());
        Map<String, Entry<ModuleRecord>> modules = new LinkedHashMap<>();
        for (int i = 0; i < references.size(); i++) {
            ModuleReference reference = references.get(i);
            StoredRecord module = found.get(i).orElseThrow(CatalogFinder::tampered);
            if (module.version() > reference.getVersion()) {
                return Optional.empty();
            }
            if (module.version() < reference.getVersion()) {
                // A catalog and its modules are written in one step, so an older module was put back by somebody.
                throw tampered();
            }
            modules.put(reference.getId(), Entry.of(module, ModuleRecord.parser()));
        }
        return Optional.of(modules);
    }

    private static RecordKey key(Entry<CatalogRecord> catalog, ModuleReference reference) {
        return RecordKey.module(
                catalog.stored().key().slot(), Uid.of(reference.getUid().toByteArray()));
    }

    private static AdminException tampered() {
        return AdminStore.failed(Reason.RECORD_TAMPERED, Effect.NOTHING_WRITTEN);
    }
}
