package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.v1.ModuleRights;
import io.keywarden.policy.PolicyEvaluator;
import io.keywarden.store.OperationCompiler;
import io.keywarden.store.RecordCompiler;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.CatalogReference;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Action;
import io.keywarden.token.Grant;
import io.keywarden.token.Operation;
import io.keywarden.token.Operation.Closure;
import io.keywarden.token.Tenant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells what a token may do with each module, as checks decide it. */
final class TokenRights {
    private final CatalogFinder catalogs;

    TokenRights(CatalogFinder catalogs) {
        this.catalogs = catalogs;
    }

    /** What a token may do with each module of its tenant's catalog, in the order of their ids. */
    List<ModuleRights> of(Above above, TokenRecord token) {
        if (above.tenant().payload().getId().equals(Tenant.SYSTEM)) {
            return List.of();
        }
        CatalogReference reference = above.tenant().payload().getCatalog();
        String name = ResourceNames.catalog(reference.getId());
        return Attempts.run(() -> attempt(reference, limits(above, token)), ResourceType.CATALOG, name);
    }

    private Optional<List<ModuleRights>> attempt(CatalogReference reference, Limits limits) {
        Optional<Entry<CatalogRecord>> catalog = catalogs.find(reference);
        if (catalog.isEmpty()) {
            return Optional.of(List.of());
        }
        Optional<Map<String, Entry<ModuleRecord>>> modules =
                catalogs.modules(catalog.get(), catalog.get().payload().getModulesList());
        return modules.map(found -> found.values().stream()
                .map(module -> rights(reference.getId(), module, limits))
                .toList());
    }

    /**
     * All of which have to allow something.
     *
     * @param actions what the tenant allows; none for all
     * @param grants the token's grants, and its owner's where it has one
     */
    private record Limits(Set<Action> actions, List<List<Grant>> grants) {
        boolean allow(Operation operation) {
            return (actions.isEmpty() || actions.contains(operation.action()))
                    && grants.stream().allMatch(each -> PolicyEvaluator.isCovered(each, operation));
        }
    }

    private static Limits limits(Above above, TokenRecord token) {
        List<List<Grant>> grants = new ArrayList<>();
        grants.add(RecordCompiler.grants(token.getGrantsList()));
        if (token.hasOwner()) {
            grants.add(above.owner()
                    .map(owner -> RecordCompiler.grants(owner.payload().getGrantsList()))
                    .orElse(List.of()));
        }
        Set<Action> actions = EnumSet.noneOf(Action.class);
        above.tenant()
                .payload()
                .getAllowedActionsList()
                .forEach(action -> actions.add(CatalogMessages.inner(CatalogMessages.action(action))));
        return new Limits(actions, grants);
    }

    private static ModuleRights rights(String catalog, Entry<ModuleRecord> module, Limits limits) {
        ModuleRecord record = module.payload();
        ModuleRights.Builder rights = ModuleRights.newBuilder()
                .setModule(new ModuleName(catalog, record.getId()).text())
                .setDisplayName(record.getDisplayName())
                .setRestricted(record.getRestricted());
        Set<Action> whole = EnumSet.noneOf(Action.class);
        for (Action action : Action.values()) {
            if (limits.allow(anything(module, action))) {
                whole.add(action);
                rights.addActions(CatalogMessages.action(action));
            }
        }
        OperationCompiler.routes(module.uid(), record).operations().stream()
                .filter(limits::allow)
                .filter(operation -> operation.closure() == Closure.RESTRICTED || !whole.contains(operation.action()))
                .forEach(operation -> rights.addOperations(operation.id()));
        return rights.build();
    }

    /** Stands for what a module has of an action and is not restricted by itself. */
    private static Operation anything(Entry<ModuleRecord> module, Action action) {
        Closure closure = module.payload().getRestricted() ? Closure.MODULE_RESTRICTED : Closure.OPEN;
        return new Operation(module.uid(), "", module.uid(), action, closure, Set.of(), "", Optional.empty());
    }
}
