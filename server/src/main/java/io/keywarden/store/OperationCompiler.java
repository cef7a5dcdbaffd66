package io.keywarden.store;

import io.keywarden.policy.CompiledCatalog;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OperationRecord;
import io.keywarden.token.Operation;
import io.keywarden.token.Uid;
import java.util.List;
import java.util.Set;

/** Turns stored operations into what the decision sees. */
public final class OperationCompiler {
    private OperationCompiler() {}

    /** The routes of a module. */
    public static CompiledCatalog.ModuleRoutes routes(Uid moduleUid, ModuleRecord module) {
        List<Operation> operations = module.getOperationsList().stream()
                .map(operation -> operation(moduleUid, module, operation))
                .toList();
        CompiledCatalog.Module named = new CompiledCatalog.Module(
                moduleUid,
                module.getId(),
                module.getRestricted(),
                RecordCompiler.time(module.hasShadowUntil(), module.getShadowUntil()));
        return new CompiledCatalog.ModuleRoutes(named, Set.copyOf(module.getHostsList()), operations);
    }

    private static Operation operation(Uid moduleUid, ModuleRecord module, OperationRecord operation) {
        return new Operation(
                RecordCompiler.uid(operation.getUid()),
                module.getId() + "." + operation.getId(),
                moduleUid,
                GrantCompiler.action(operation.getAction()),
                closure(module, operation),
                Set.copyOf(operation.getHttpMethodsList()),
                operation.getPathTemplate(),
                RecordCompiler.time(module.hasShadowUntil(), module.getShadowUntil()));
    }

    private static Operation.Closure closure(ModuleRecord module, OperationRecord operation) {
        if (operation.getRestricted()) {
            return Operation.Closure.RESTRICTED;
        }
        return module.getRestricted() ? Operation.Closure.MODULE_RESTRICTED : Operation.Closure.OPEN;
    }
}
