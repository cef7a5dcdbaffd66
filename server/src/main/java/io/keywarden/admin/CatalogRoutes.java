package io.keywarden.admin;

import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.CompiledCatalog.ModuleRoutes;
import io.keywarden.store.OperationCompiler;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.token.Uid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All routes that a catalog is about to have. Used by one thread. */
final class CatalogRoutes {
    /** All modules of a catalog are read in one step, so there is an end to them. */
    private static final int MAX_MODULES = 500;

    private final Map<Uid, ModuleRoutes> modules = new LinkedHashMap<>();

    private CatalogRoutes() {}

    /** The routes of modules. */
    static CatalogRoutes of(Iterable<Entry<ModuleRecord>> modules) {
        CatalogRoutes routes = new CatalogRoutes();
        modules.forEach(module -> routes.put(module.uid(), module.payload()));
        return routes;
    }

    /** Adds a module, or puts another state of it in its place. */
    void put(Uid module, ModuleRecord record) {
        modules.put(module, OperationCompiler.routes(module, record));
    }

    /**
     * Throws if there are too many modules, or if it cannot be said which operation a request is.
     *
     * @param catalogField the field of the request that is wrong in the first case
     * @param operationsField the field of the request that is wrong in the second
     */
    void requireRoom(String catalogField, String operationsField) {
        if (modules.size() > MAX_MODULES) {
            throw FieldChecks.invalid(catalogField, "a catalog with at most " + MAX_MODULES + " modules then");
        }
        Optional<CompiledCatalog.Conflict> conflict = CompiledCatalog.conflict(List.copyOf(modules.values()));
        if (conflict.isPresent()) {
            throw FieldChecks.invalid(
                    operationsField, "no two operations that answer to the same request; " + conflict.get());
        }
    }
}
