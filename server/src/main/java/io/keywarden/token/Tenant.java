package io.keywarden.token;

import java.util.List;

/**
 * A tenant as the decision sees it.
 *
 * @param uid its identity
 * @param id its system key, for people
 * @param active whether its tokens work
 * @param hosts the canonical hosts that it has claimed
 * @param catalog what its tokens can be granted
 * @param sources where its requests may carry credentials, in order
 * @param outage what it wants while nothing can be proven to be current
 * @param rules what it wants for its tokens and its requests
 */
public record Tenant(
        Uid uid,
        String id,
        boolean active,
        List<String> hosts,
        CatalogRef catalog,
        List<CredentialSource> sources,
        OutagePolicy outage,
        TenantRules rules) {
    /** The id of the tenant whose tokens are for the Admin API. */
    public static final String SYSTEM = "system";

    /** Copies the lists. */
    public Tenant {
        hosts = List.copyOf(hosts);
        sources = List.copyOf(sources);
    }

    /** Whether its tokens are for the Admin API. */
    public boolean isSystem() {
        return id.equals(SYSTEM);
    }

    /**
     * Which catalog, and where it is.
     *
     * @param uid its identity
     * @param slot the slot of its records
     */
    public record CatalogRef(Uid uid, SlotTag slot) {}
}
