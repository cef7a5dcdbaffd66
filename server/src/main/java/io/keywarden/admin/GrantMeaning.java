package io.keywarden.admin;

import io.keywarden.store.OperationCompiler;
import io.keywarden.store.RecordCompiler;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.token.Action;
import io.keywarden.token.Grant;
import io.keywarden.token.Operation;
import io.keywarden.token.Uid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What grants stand for, as operations: another set of grants is as wide where it covers all of them. A grant for a module, or
 * for all of them, also reaches what is added later, so it stands for an operation that no other kind of grant reaches.
 */
final class GrantMeaning {
    /** The module of no operation: only grants for all modules reach it. */
    private static final Uid NO_MODULE = new Uid(0, 0);

    private final Map<Uid, Operation> operations = new HashMap<>();
    private final Set<Uid> openModules = new HashSet<>();

    private GrantMeaning() {}

    /** In a catalog of which these modules are known. */
    static GrantMeaning in(Collection<Entry<ModuleRecord>> modules) {
        GrantMeaning meaning = new GrantMeaning();
        for (Entry<ModuleRecord> module : modules) {
            OperationCompiler.routes(module.uid(), module.payload())
                    .operations()
                    .forEach(operation -> meaning.operations.put(operation.uid(), operation));
            if (!module.payload().getRestricted()) {
                meaning.openModules.add(module.uid());
            }
        }
        return meaning;
    }

    /** In the catalog of tenant {@code system}. */
    static GrantMeaning inSystem() {
        GrantMeaning meaning = new GrantMeaning();
        AdminOperations.all().forEach(operation -> meaning.operations.put(operation.uid(), operation));
        meaning.openModules.add(AdminOperations.MODULE_UID);
        return meaning;
    }

    /** What a grant stands for. */
    List<Operation> of(GrantRecord record) {
        Grant grant = RecordCompiler.grants(List.of(record)).get(0);
        if (grant instanceof Grant.OfOperation single) {
            Operation gone = operation(NO_MODULE, Action.READ, Operation.Closure.RESTRICTED, single.operationUid());
            return List.of(
                    Optional.ofNullable(operations.get(single.operationUid())).orElse(gone));
        }
        List<Operation> stands = new ArrayList<>();
        if (grant instanceof Grant.OfModule module) {
            boolean open = openModules.contains(module.moduleUid());
            Operation.Closure closure = open ? Operation.Closure.OPEN : Operation.Closure.MODULE_RESTRICTED;
            module.actions()
                    .forEach(action -> stands.add(operation(module.moduleUid(), action, closure, module.moduleUid())));
        }
        if (grant instanceof Grant.OfAllModules all) {
            all.actions()
                    .forEach(action -> stands.add(operation(NO_MODULE, action, Operation.Closure.OPEN, NO_MODULE)));
        }
        return stands;
    }

    /** The first grant that another set of grants is not as wide as; empty where there is none. */
    Optional<GrantRecord> beyond(List<GrantRecord> grants, List<GrantRecord> bound) {
        List<Grant> wide = RecordCompiler.grants(bound);
        return grants.stream()
                .filter(grant -> !of(grant).stream().allMatch(operation -> covered(wide, operation)))
                .findFirst();
    }

    private static boolean covered(List<Grant> grants, Operation operation) {
        return grants.stream().anyMatch(grant -> grant.covers(operation));
    }

    private static Operation operation(Uid module, Action action, Operation.Closure closure, Uid uid) {
        return new Operation(uid, "", module, action, closure, Set.of(), "", Optional.empty());
    }
}
