package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OperationRecord;
import io.keywarden.store.v1.StoredAction;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Rights that others must not go beyond. Where it can't be seen that a grant stays within them, such as with a module that is
 * gone, it does not.
 */
final class GrantBounds {
    private final List<GrantRecord> bounds;
    private final List<Entry<ModuleRecord>> modules;

    /**
     * Takes the rights.
     *
     * @param modules the modules that the grants name which are compared, as far as the catalog has them
     */
    GrantBounds(List<GrantRecord> bounds, Collection<Entry<ModuleRecord>> modules) {
        this.bounds = bounds;
        this.modules = List.copyOf(modules);
    }

    /** The first right that goes beyond, as scopes are written, such as {@code orders.read}; empty where none does. */
    Optional<String> beyond(List<GrantRecord> wanted) {
        return wanted.stream().flatMap(grant -> beyond(grant).stream()).findFirst();
    }

    private Optional<String> beyond(GrantRecord wanted) {
        return switch (wanted.getTargetCase()) {
            case MODULE -> {
                ByteString module = wanted.getModule().getUid();
                yield firstWithout(wanted, wanted.getModule().getId(), action -> hasModule(wanted, module, action));
            }
            case ALL_MODULES -> firstWithout(wanted, "*", action -> hasAllModules(wanted, action));
            case OPERATION ->
                hasOperation(wanted)
                        ? Optional.empty()
                        : Optional.of(wanted.getOperation().getId());
            case TARGET_NOT_SET -> Optional.of("");
        };
    }

    private interface Test {
        boolean has(StoredAction action);
    }

    private static Optional<String> firstWithout(GrantRecord wanted, String target, Test test) {
        return wanted.getActionsList().stream()
                .filter(action -> !test.has(action))
                .map(action -> target + "." + action.name().toLowerCase(Locale.ROOT))
                .findFirst();
    }

    private boolean hasModule(GrantRecord wanted, ByteString module, StoredAction action) {
        boolean open = find(module).map(found -> !found.getRestricted()).orElse(false);
        return bounds.stream()
                .filter(bound -> isForTenantsOf(bound, wanted))
                .filter(bound -> bound.getActionsList().contains(action))
                .anyMatch(bound -> bound.getModule().getUid().equals(module) || (open && bound.getAllModules()));
    }

    private boolean hasAllModules(GrantRecord wanted, StoredAction action) {
        return bounds.stream()
                .filter(bound -> isForTenantsOf(bound, wanted))
                .anyMatch(
                        bound -> bound.getAllModules() && bound.getActionsList().contains(action));
    }

    private boolean hasOperation(GrantRecord wanted) {
        ByteString uid = wanted.getOperation().getUid();
        boolean itself = bounds.stream()
                .filter(bound -> isForTenantsOf(bound, wanted))
                .anyMatch(bound -> bound.getOperation().getUid().equals(uid));
        if (itself) {
            return true;
        }
        for (Entry<ModuleRecord> module : modules) {
            for (OperationRecord operation : module.payload().getOperationsList()) {
                if (operation.getUid().equals(uid)) {
                    return !operation.getRestricted()
                            && hasModule(wanted, CatalogMessages.bytes(module.uid()), operation.getAction());
                }
            }
        }
        return false;
    }

    private Optional<ModuleRecord> find(ByteString uid) {
        return modules.stream()
                .filter(module -> CatalogMessages.bytes(module.uid()).equals(uid))
                .map(Entry::payload)
                .findFirst();
    }

    /** Rights to Admin are for some tenants; all others are for none that is named. */
    private static boolean isForTenantsOf(GrantRecord bound, GrantRecord wanted) {
        return wanted.getTenantsCount() == 0
                ? bound.getTenantsCount() == 0
                : bound.getTenantsList().containsAll(wanted.getTenantsList());
    }
}
