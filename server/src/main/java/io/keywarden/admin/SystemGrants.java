package io.keywarden.admin;

import io.keywarden.admin.v1.Grant;
import io.keywarden.store.RecordCompiler;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleGrant;
import io.keywarden.store.v1.OperationGrant;
import io.keywarden.token.Names;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The grants of tokens of tenant {@code system}: rights to Admin itself, each for some tenants. */
final class SystemGrants {
    private static final String PREFIX = AdminOperations.MODULE + ".";
    private static final String TENANTS = "tenants/";
    private static final int MAX_TENANTS = 1_000;

    private SystemGrants() {}

    /** Notes grants that are not rights to Admin, and those that do not say for which tenants. */
    static void check(FieldChecks checks, String field, List<Grant> grants) {
        for (int i = 0; i < grants.size(); i++) {
            String path = field + "[" + i + "]";
            target(checks, path, grants.get(i));
            tenants(checks, path + ".tenants", grants.get(i));
        }
    }

    /** Turns grants into what is stored; leaves out the ones that {@link #check} notes. */
    static List<GrantRecord> resolve(List<Grant> grants) {
        List<GrantRecord> records = new ArrayList<>(grants.size());
        for (Grant grant : grants) {
            FieldChecks checks = new FieldChecks();
            check(checks, "grant", List.of(grant));
            if (checks.areClean()) {
                records.add(record(grant));
            }
        }
        return records;
    }

    /** The rights that stored grants give. */
    static Rights rights(List<GrantRecord> records) {
        List<io.keywarden.token.Grant> grants = RecordCompiler.grants(records);
        List<Rights.Right> rights = new ArrayList<>(grants.size());
        for (int i = 0; i < grants.size(); i++) {
            rights.add(new Rights.Right(grants.get(i), Set.copyOf(records.get(i).getTenantsList())));
        }
        return Rights.of(rights);
    }

    private static void target(FieldChecks checks, String path, Grant grant) {
        switch (grant.getTargetCase()) {
            case MODULE -> {
                checks.require(
                        grant.getModule().equals(AdminOperations.MODULE), path + ".module", AdminOperations.MODULE);
                GrantChecks.actions(checks, path, grant);
            }
            case OPERATION -> {
                checks.require(
                        operation(grant).isPresent(),
                        path + ".operation",
                        PREFIX + "RPC, such as " + PREFIX + "RevokeToken");
                checks.require(grant.getActionsCount() == 0, path + ".actions", "none with an operation");
            }
            case ALL_MODULES, TARGET_NOT_SET ->
                checks.reject(path, "module " + AdminOperations.MODULE + ", or one of its operations");
        }
    }

    private static void tenants(FieldChecks checks, String path, Grant grant) {
        List<String> tenants = grant.getTenantsList();
        checks.require(
                !tenants.isEmpty() && tenants.size() <= MAX_TENANTS,
                path,
                "1 to " + MAX_TENANTS + " tenants, or * for all but " + Tenant.SYSTEM);
        boolean known = tenants.stream()
                .allMatch(tenant -> tenant.equals(Rights.ALL_TENANTS)
                        || (tenant.startsWith(TENANTS) && Names.isLabel(tenant.substring(TENANTS.length()))));
        checks.require(known, path, "tenants/{tenant}, or *");
        checks.require(new HashSet<>(tenants).size() == tenants.size(), path, "each tenant once");
        boolean reached = grant.hasOperation() || !tenants.contains(TENANTS + Tenant.SYSTEM);
        checks.require(reached, path, "tenants/" + Tenant.SYSTEM + " only with a single operation");
    }

    private static GrantRecord record(Grant grant) {
        GrantRecord.Builder record = GrantRecord.newBuilder();
        grant.getActionsList().forEach(action -> record.addActions(CatalogMessages.action(action)));
        grant.getTenantsList()
                .forEach(tenant -> record.addTenants(
                        tenant.equals(Rights.ALL_TENANTS) ? tenant : tenant.substring(TENANTS.length())));
        if (grant.hasModule()) {
            return record.setModule(ModuleGrant.newBuilder()
                            .setId(AdminOperations.MODULE)
                            .setUid(CatalogMessages.bytes(AdminOperations.MODULE_UID)))
                    .build();
        }
        Operation operation = operation(grant).orElseThrow();
        return record.setOperation(OperationGrant.newBuilder()
                        .setId(operation.id())
                        .setUid(CatalogMessages.bytes(operation.uid())))
                .build();
    }

    private static Optional<Operation> operation(Grant grant) {
        String id = grant.getOperation();
        return id.startsWith(PREFIX) ? AdminOperations.find(id.substring(PREFIX.length())) : Optional.empty();
    }
}
