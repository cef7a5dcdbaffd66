package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.BeyondRights;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what a caller gives to others within what they have themselves. Rights to the APIs of an ordinary tenant are not the
 * caller's own, so only who calls as an owner, or for one, is bounded there; rights to Admin always are.
 */
final class CallerBounds {
    private final CatalogGrants catalogs;

    CallerBounds(CatalogFinder catalogs) {
        this.catalogs = new CatalogGrants(catalogs);
    }

    /**
     * Throws where a caller may not bring a token to life as it is: it is not of the owner that they are kept to, has rights
     * that they lack, or works where their own token does not (BEYOND_CALLER).
     *
     * @param token as it is to be
     */
    void requireWithin(Caller caller, Entry<TenantRecord> tenant, TokenRecord token) {
        if (caller.onlyOwner().isPresent() && !caller.onlyOwner().get().owns(token)) {
            throw new AdminException(
                    new BeyondRights(ErrorReason.BEYOND_CALLER, "a token of another owner, or of none"));
        }
        boolean alike = tenant.payload().getId().equals(Tenant.SYSTEM)
                || caller.onlyOwner().filter(owner -> !owner.acting()).isPresent();
        Optional<TokenRecord> own = alike ? caller.token() : Optional.empty();
        own.flatMap(bound -> TokenNarrowing.beyondLimits(bound, token)).ifPresent(field -> {
            throw new AdminException(new BeyondRights(ErrorReason.BEYOND_CALLER, field));
        });
        requireWithin(caller, tenant, token.getGrantsList());
    }

    /**
     * As above, where a token is changed: looks only at what is enabled, gets other
     * grants, another owner or somebody else who reads its secrets, or works in more places.
     */
    void requireWithin(Caller caller, Entry<TenantRecord> tenant, TokenRecord before, TokenRecord after) {
        boolean enabled = after.getState() == TokenRecord.State.ACTIVE && before.getState() != after.getState();
        boolean others = !after.getGrantsList().equals(before.getGrantsList())
                || !after.getOwner().equals(before.getOwner())
                || !after.getDeliveryJwk().equals(before.getDeliveryJwk());
        if (enabled || others || TokenNarrowing.beyondLimits(before, after).isPresent()) {
            requireWithin(caller, tenant, after);
        }
    }

    /** Throws where a caller may not give these rights (BEYOND_CALLER). */
    void requireWithin(Caller caller, Entry<TenantRecord> tenant, List<GrantRecord> grants) {
        if (tenant.payload().getId().equals(Tenant.SYSTEM)) {
            requireWithin(caller.rights(), grants);
            return;
        }
        List<List<GrantRecord>> bounds =
                caller.onlyOwner().map(Caller.OnlyOwner::bounds).orElse(List.of());
        if (!bounds.isEmpty() && !grants.isEmpty()) {
            GrantMeaning meaning = meaning(tenant, grants);
            bounds.forEach(bound -> meaning.beyond(grants, bound).ifPresent(CallerBounds::refuse));
        }
    }

    private static void requireWithin(Rights rights, List<GrantRecord> grants) {
        GrantMeaning meaning = GrantMeaning.inSystem();
        for (GrantRecord grant : grants) {
            List<Operation> operations = meaning.of(grant);
            boolean within = grant.getTenantsList().stream()
                    .map(tenant -> tenant.equals(Rights.ALL_TENANTS) ? Optional.<String>empty() : Optional.of(tenant))
                    .allMatch(tenant -> operations.stream().allMatch(operation -> rights.cover(operation, tenant)));
            if (!within) {
                refuse(grant);
            }
        }
    }

    /** Reads what grants stand for in the catalog of a tenant. */
    private GrantMeaning meaning(Entry<TenantRecord> tenant, List<GrantRecord> grants) {
        return Attempts.run(
                () -> catalogs.stored(tenant.payload().getCatalog(), grants)
                        .map(modules -> GrantMeaning.in(modules.values())),
                ResourceType.TENANT,
                ResourceNames.tenant(tenant.payload().getId()));
    }

    private static void refuse(GrantRecord grant) {
        String what = grant.hasAllModules()
                ? "all modules"
                : grant.hasModule()
                        ? grant.getModule().getId()
                        : grant.getOperation().getId();
        throw new AdminException(new BeyondRights(ErrorReason.BEYOND_CALLER, what));
    }
}
