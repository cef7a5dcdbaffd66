package io.keywarden.token;

import java.util.Optional;
import java.util.Set;

/**
 * What holds for a token besides its state, its times and its grants.
 *
 * @param owner whose it is; empty for a service token
 * @param tenantRevocations how often all tokens of its tenant had been revoked when it was made
 * @param clients the clients of the tenant that it may be used for; empty means all
 * @param addresses the addresses that it may be used from; empty means all
 * @param countries the countries that it may be used from, ISO 3166-1 alpha-2; empty means all
 * @param priority how its requests are to be treated: a word of its tenant's; empty text where nothing was said
 */
public record TokenRules(
        Optional<OwnerRef> owner,
        long tenantRevocations,
        Set<String> clients,
        IpRanges addresses,
        Set<String> countries,
        String priority) {
    /** No rules, of a tenant whose tokens were never revoked all at once. */
    public static final TokenRules NONE = new TokenRules(Optional.empty(), 0, Set.of(), IpRanges.EMPTY, Set.of(), "");

    /** Copies the sets. */
    public TokenRules {
        clients = Set.copyOf(clients);
        countries = Set.copyOf(countries);
    }

    /**
     * Whose a token is.
     *
     * @param uid the owner's identity
     * @param revocations how often all tokens of the owner had been revoked when it was given to them
     */
    public record OwnerRef(Uid uid, long revocations) {}
}
