package io.keywarden.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a tenant wants for its tokens and its requests.
 *
 * @param revocations how often all of its tokens were revoked at once
 * @param maxLifetime how long a token works after it was made; empty for without end
 * @param allowedActions what its tokens may do at most; empty means everything
 * @param clientSource where a request says which client of the tenant it is for; empty for nowhere
 * @param shadowUntil until this moment refusals for want of a right, or of a valid credential, are let pass
 * @param terse whether refusals say no more than their status
 * @param openPaths what needs no credential
 * @param corsPreflight whether CORS preflight requests need no credential
 * @param defaultPriority the word for a token that has none
 * @param expiryNotice how long before a token ends its requests are told so; zero for never
 */
public record TenantRules(
        long revocations,
        Optional<Duration> maxLifetime,
        Set<Action> allowedActions,
        Optional<ClientSource> clientSource,
        Optional<Instant> shadowUntil,
        boolean terse,
        List<OpenPath> openPaths,
        boolean corsPreflight,
        String defaultPriority,
        Duration expiryNotice) {
    /** The words for priority of a tenant that chose none, the least first. */
    public static final List<String> PRIORITIES = List.of("low", "normal", "high");
    /** Those of a tenant that chose nothing. */
    public static final TenantRules DEFAULT = new TenantRules(
            0,
            Optional.empty(),
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            false,
            List.of(),
            false,
            defaultPriority(PRIORITIES),
            Duration.ZERO);

    /** Copies the collections. */
    public TenantRules {
        allowedActions = Set.copyOf(allowedActions);
        openPaths = List.copyOf(openPaths);
    }

    /** The word for a token that has none: {@code normal} where that is one of the tenant's, or its first. */
    public static String defaultPriority(List<String> words) {
        return words.contains("normal") ? "normal" : words.get(0);
    }
}
