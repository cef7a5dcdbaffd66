package io.keywarden.admin;

import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.ModuleDiff;
import io.keywarden.admin.v1.Operation;
import io.keywarden.admin.v1.OperationDiff;
import io.keywarden.admin.v1.OperationDiff.Change;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what an import makes of the operations of a module. */
final class OperationDiffs {
    private OperationDiffs() {}

    /**
     * What differs.
     *
     * @param name the module's resource name
     * @param before the module as it is; empty where it is not there
     */
    static ModuleDiff of(String name, Optional<Module> before, List<ImportedOperation> after) {
        Map<String, Operation> gone = new LinkedHashMap<>();
        before.ifPresent(
                module -> module.getOperationsList().forEach(operation -> gone.put(operation.getId(), operation)));
        ModuleDiff.Builder diff = ModuleDiff.newBuilder().setModule(name).setCreated(before.isEmpty());
        after.forEach(imported -> diff.addOperations(
                of(Optional.ofNullable(gone.remove(imported.operation().getId())), imported)));
        gone.values()
                .forEach(operation -> diff.addOperations(
                        OperationDiff.newBuilder().setChange(Change.REMOVED).setBefore(operation)));
        return diff.build();
    }

    private static OperationDiff of(Optional<Operation> before, ImportedOperation after) {
        OperationDiff.Builder diff = OperationDiff.newBuilder()
                .setAfter(after.operation())
                .setSource(after.source())
                .setActionRule(after.rule());
        if (before.isEmpty()) {
            return diff.setChange(Change.ADDED).build();
        }
        return before.get().equals(after.operation())
                ? diff.setChange(Change.UNCHANGED).build()
                : diff.setChange(Change.CHANGED).setBefore(before.get()).build();
    }
}
