package io.keywarden.admin;

import io.keywarden.token.Grant;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller may do with the Admin API, and to which tenants.
 *
 * @param everything whether that is all there is
 * @param list the rights, where it is not
 */
record Rights(boolean everything, List<Right> list) {
    /** How all tenants but {@code system} are written. */
    static final String ALL_TENANTS = "*";
    /** May do everything, also to tenant {@code system}. */
    static final Rights EVERYTHING = new Rights(true, List.of());
    /** May do nothing. */
    static final Rights NONE = of(List.of());

    /** Copies the list. */
    Rights {
        list = List.copyOf(list);
    }

    /**
     * One right.
     *
     * @param grant what may be done, in the catalog of {@link AdminOperations}
     * @param tenants the ids of the tenants that it may be done to, or {@code *}
     */
    record Right(Grant grant, Set<String> tenants) {
        /** Copies the ids. */
        Right {
            tenants = Set.copyOf(tenants);
        }

        private boolean covers(Operation operation, Optional<String> tenant) {
            if (tenant.equals(Optional.of(Tenant.SYSTEM))) {
                // Whatever is done there is restricted: nobody gets at it through a right that does not say so twice.
                return grant instanceof Grant.OfOperation && grant.covers(operation) && tenants.contains(Tenant.SYSTEM);
            }
            boolean there = tenants.contains(ALL_TENANTS)
                    || tenant.filter(tenants::contains).isPresent();
            return there && grant.covers(operation);
        }
    }

    /** Some rights. */
    static Rights of(List<Right> list) {
        return new Rights(false, list);
    }

    /** What an owner may do in their tenant, for tokens of their own. */
    static Rights selfService(String tenant) {
        return of(AdminOperations.selfService().stream()
                .map(operation -> new Right(new Grant.OfOperation(operation.uid()), Set.of(tenant)))
                .toList());
    }

    /**
     * Whether an operation may be done.
     *
     * @param tenant the id of the tenant that it is done to; empty for what is about no single one, so that the right has to
     *     be for all of them
     */
    boolean cover(Operation operation, Optional<String> tenant) {
        return everything || list.stream().anyMatch(right -> right.covers(operation, tenant));
    }
}
