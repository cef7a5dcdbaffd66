package io.keywarden.admin;

import io.keywarden.admin.v1.Grant;
import io.keywarden.token.Names;
import io.keywarden.token.Tenant;
import java.util.HashSet;
import java.util.List;

/** Checks the form of grants. Whether what they name is there is {@link GrantResolver}'s to say. */
final class GrantChecks {
    /** How many grants a token has at most. */
    static final int MAX_GRANTS = 500;

    private GrantChecks() {}

    /** Notes grants that are wrong for a tenant: those of tenant {@code system} are rights to Admin. */
    static void check(FieldChecks checks, String field, List<Grant> grants, String tenantId) {
        if (tenantId.equals(Tenant.SYSTEM) && grants.size() <= MAX_GRANTS) {
            SystemGrants.check(checks, field, grants);
        } else {
            check(checks, field, grants);
        }
    }

    /** Notes grants that are too many, or that say too little or too much. */
    static void check(FieldChecks checks, String field, List<Grant> grants) {
        if (grants.size() > MAX_GRANTS) {
            checks.reject(field, "at most " + MAX_GRANTS + " grants");
            return;
        }
        for (int i = 0; i < grants.size(); i++) {
            check(checks, field + "[" + i + "]", grants.get(i));
        }
    }

    /** Whether a grant says enough for looking up what it names. */
    static boolean isWellFormed(Grant grant) {
        FieldChecks checks = new FieldChecks();
        check(checks, "grant", grant);
        return checks.areClean();
    }

    private static void check(FieldChecks checks, String path, Grant grant) {
        switch (grant.getTargetCase()) {
            case MODULE -> {
                checks.label(path + ".module", grant.getModule());
                actions(checks, path, grant);
            }
            case ALL_MODULES -> {
                checks.require(grant.getAllModules(), path + ".all_modules", "true, or another target");
                actions(checks, path, grant);
            }
            case OPERATION -> {
                String[] parts = grant.getOperation().split("\\.", -1);
                checks.require(
                        parts.length == 2 && Names.isLabel(parts[0]) && Names.isLabel(parts[1]),
                        path + ".operation",
                        "module.operation, such as orders.list");
                checks.require(grant.getActionsCount() == 0, path + ".actions", "none with an operation");
            }
            case TARGET_NOT_SET -> checks.reject(path, "module, all_modules or operation");
        }
        checks.require(grant.getTenantsCount() == 0, path + ".tenants", "none, except in tenant " + Tenant.SYSTEM);
    }

    /** Notes actions that are missing, unknown or there twice. */
    static void actions(FieldChecks checks, String path, Grant grant) {
        checks.require(grant.getActionsCount() > 0, path + ".actions", "at least one of READ, CREATE, EDIT, DELETE");
        boolean known = grant.getActionsList().stream().allMatch(ModuleChecks::isAction);
        checks.require(known, path + ".actions", "READ, CREATE, EDIT or DELETE");
        boolean once = new HashSet<>(grant.getActionsValueList()).size() == grant.getActionsCount();
        checks.require(once, path + ".actions", "each action once");
    }
}
