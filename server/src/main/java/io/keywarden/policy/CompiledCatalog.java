package io.keywarden.policy;

import io.keywarden.token.Operation;
import java.util.List;
import java.util.Set;

/** The operations of a catalog, compiled so that a request finds its own. Immutable. */
public final class CompiledCatalog {
    private final List<ModuleRoutes> modules;

    private CompiledCatalog(List<ModuleRoutes> modules) {
        this.modules = List.copyOf(modules);
    }

    /** Compiles the modules of a catalog. */
    public static CompiledCatalog compile(List<ModuleRoutes> modules) {
        return new CompiledCatalog(modules);
    }

    /** How many modules there are. */
    public int size() {
        return modules.size();
    }

    /**
     * The routes of one module.
     *
     * @param hosts the hosts that serve it, canonical; empty means all
     * @param operations what can be called
     */
    public record ModuleRoutes(Set<String> hosts, List<Operation> operations) {
        /** Copies the collections. */
        public ModuleRoutes {
            hosts = Set.copyOf(hosts);
            operations = List.copyOf(operations);
        }
    }
}
