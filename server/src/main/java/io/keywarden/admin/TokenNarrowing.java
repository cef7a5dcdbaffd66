package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells the changes that only take rights away, which a full store takes too. */
final class TokenNarrowing {
    private final Collection<Entry<ModuleRecord>> modules;

    /** Takes the modules that the new grants name. */
    TokenNarrowing(Collection<Entry<ModuleRecord>> modules) {
        this.modules = List.copyOf(modules);
    }

    /** Whether nothing but rights differs, and a token has none that it did not have. Where in doubt, it does not narrow. */
    boolean narrows(TokenRecord before, TokenRecord after) {
        return withoutRights(before).equals(withoutRights(after))
                && new GrantBounds(before.getGrantsList(), modules)
                        .beyond(changed(before, after))
                        .isEmpty()
                && beyondLimits(before, after).isEmpty()
                && endsSooner(before, after);
    }

    /**
     * The first field by which a token works where, when or for whom another one does not; empty where there is none.
     *
     * @param bound the other one
     */
    static Optional<String> beyondLimits(TokenRecord bound, TokenRecord token) {
        if (!isWithin(token.getAllowedClientsList(), bound.getAllowedClientsList())) {
            return Optional.of("allowed_clients");
        }
        if (!isWithin(token.getAllowedCidrsList(), bound.getAllowedCidrsList())) {
            return Optional.of("allowed_cidrs");
        }
        if (!isWithin(token.getAllowedCountriesList(), bound.getAllowedCountriesList())) {
            return Optional.of("allowed_countries");
        }
        if (!isNotLater(bound.hasExpireTime(), bound.getExpireTime(), token.hasExpireTime(), token.getExpireTime())) {
            return Optional.of("expire_time");
        }
        return Timestamps.compare(token.getNotBeforeTime(), bound.getNotBeforeTime()) < 0
                ? Optional.of("not_before_time")
                : Optional.empty();
    }

    private static List<GrantRecord> changed(TokenRecord before, TokenRecord after) {
        Set<GrantRecord> known = new HashSet<>(before.getGrantsList());
        return after.getGrantsList().stream()
                .filter(grant -> !known.contains(grant))
                .toList();
    }

    private static TokenRecord withoutRights(TokenRecord token) {
        return token.toBuilder()
                .clearGrants()
                .clearAllowedClients()
                .clearAllowedCidrs()
                .clearAllowedCountries()
                .clearExpireTime()
                .clearNotBeforeTime()
                .clearShadowUntil()
                .build();
    }

    /** An empty list means all. */
    private static boolean isWithin(List<String> now, List<String> before) {
        return before.isEmpty() || (!now.isEmpty() && new HashSet<>(before).containsAll(now));
    }

    private static boolean isNotLater(boolean had, Timestamp before, boolean has, Timestamp now) {
        return !had || (has && Timestamps.compare(now, before) <= 0);
    }

    private static boolean endsSooner(TokenRecord before, TokenRecord after) {
        return !after.hasShadowUntil()
                || (before.hasShadowUntil()
                        && Timestamps.compare(after.getShadowUntil(), before.getShadowUntil()) <= 0);
    }
}
