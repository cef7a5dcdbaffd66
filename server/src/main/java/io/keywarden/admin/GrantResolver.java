package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.v1.Grant;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleGrant;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OperationGrant;
import io.keywarden.store.v1.OperationRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds what grants name in a catalog. What is stored are identities: a module that comes back by its name has another. */
final class GrantResolver {
    private GrantResolver() {}

    /** The ids of the modules that grants name. */
    static Set<String> modulesOf(List<Grant> grants) {
        return grants.stream()
                .filter(GrantChecks::isWellFormed)
                .filter(grant -> !grant.hasAllModules())
                .map(grant -> grant.hasModule() ? grant.getModule() : moduleOf(grant.getOperation()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Turns grants into what is stored; notes the ones that name nothing, and leaves out the ones that were noted before.
     *
     * @param modules the modules that {@link #modulesOf} says, as far as the catalog has them
     */
    static List<GrantRecord> resolve(
            FieldChecks checks, String field, List<Grant> grants, Map<String, Entry<ModuleRecord>> modules) {
        List<GrantRecord> records = new ArrayList<>(grants.size());
        for (int i = 0; i < grants.size(); i++) {
            Grant grant = grants.get(i);
            if (!GrantChecks.isWellFormed(grant)) {
                continue;
            }
            GrantRecord.Builder record = GrantRecord.newBuilder();
            grant.getActionsList().forEach(action -> record.addActions(CatalogMessages.action(action)));
            target(checks, field + "[" + i + "]", grant, modules, record);
            records.add(record.build());
        }
        return records;
    }

    private static void target(
            FieldChecks checks,
            String path,
            Grant grant,
            Map<String, Entry<ModuleRecord>> modules,
            GrantRecord.Builder record) {
        switch (grant.getTargetCase()) {
            case MODULE -> {
                Entry<ModuleRecord> module = modules.get(grant.getModule());
                if (module == null) {
                    checks.reject(path + ".module", "a module of the tenant's catalog, not " + grant.getModule());
                    return;
                }
                record.setModule(
                        ModuleGrant.newBuilder().setId(grant.getModule()).setUid(CatalogMessages.bytes(module.uid())));
            }
            case ALL_MODULES -> record.setAllModules(true);
            case OPERATION -> {
                Optional<ByteString> uid = operation(modules, grant.getOperation());
                if (uid.isEmpty()) {
                    checks.reject(
                            path + ".operation", "an operation of the tenant's catalog, not " + grant.getOperation());
                    return;
                }
                record.setOperation(
                        OperationGrant.newBuilder().setId(grant.getOperation()).setUid(uid.get()));
            }
            case TARGET_NOT_SET ->
                throw new IllegalArgumentException("a grant without a target (expected: a checked one)");
        }
    }

    private static Optional<ByteString> operation(Map<String, Entry<ModuleRecord>> modules, String id) {
        Entry<ModuleRecord> module = modules.get(moduleOf(id));
        if (module == null) {
            return Optional.empty();
        }
        String inModule = id.substring(id.indexOf('.') + 1);
        return module.payload().getOperationsList().stream()
                .filter(operation -> operation.getId().equals(inModule))
                .map(OperationRecord::getUid)
                .findFirst();
    }

    /** The id of the module of an operation. */
    static String moduleOf(String operation) {
        return operation.substring(0, operation.indexOf('.'));
    }
}
