package io.keywarden.admin;

import io.keywarden.admin.v1.Grant;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.CatalogReference;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the modules that grants name, in the catalog of their tenant. */
final class CatalogGrants {
    private final CatalogFinder catalogs;

    CatalogGrants(CatalogFinder catalogs) {
        this.catalogs = catalogs;
    }

    /**
     * The modules that some grants name, by their ids; one that the catalog does not have is left out.
     *
     * @return empty where another writer changes the catalog at this moment
     */
    Optional<Map<String, Entry<ModuleRecord>>> named(CatalogReference reference, List<Grant> grants) {
        return modules(reference, GrantResolver.modulesOf(grants));
    }

    /** The same, of grants that are stored. */
    Optional<Map<String, Entry<ModuleRecord>>> stored(CatalogReference reference, Collection<GrantRecord> grants) {
        Set<String> ids = new HashSet<>();
        for (GrantRecord grant : grants) {
            if (grant.hasModule()) {
                ids.add(grant.getModule().getId());
            } else if (grant.hasOperation()) {
                ids.add(GrantResolver.moduleOf(grant.getOperation().getId()));
            }
        }
        return modules(reference, ids);
    }

    private Optional<Map<String, Entry<ModuleRecord>>> modules(CatalogReference reference, Set<String> ids) {
        Optional<Entry<CatalogRecord>> catalog = ids.isEmpty() ? Optional.empty() : catalogs.find(reference);
        if (catalog.isEmpty()) {
            return Optional.of(Map.of());
        }
        List<ModuleReference> references = catalog.get().payload().getModulesList().stream()
                .filter(module -> ids.contains(module.getId()))
                .toList();
        return catalogs.modules(catalog.get(), references);
    }
}
