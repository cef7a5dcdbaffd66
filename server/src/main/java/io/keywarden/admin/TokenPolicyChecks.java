package io.keywarden.admin;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.TokenType;
import io.keywarden.token.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the rules for a tenant's tokens. Whether what their grants name is there is {@link GrantResolver}'s to say. */
final class TokenPolicyChecks {
    private static final Duration SHORTEST = Durations.fromMinutes(1);
    private static final Duration LONGEST = Durations.fromDays(3_650);
    private static final int MAX_PRIORITIES = 16;
    private static final int MAX_TYPES = 50;
    private static final Pattern PRIORITY = Pattern.compile("[a-z0-9-]{1,32}");

    private TokenPolicyChecks() {}

    /** Notes what is wrong with a policy by itself. */
    static void check(FieldChecks checks, String field, TokenPolicy policy) {
        boolean prefix = policy.getPrefix().isEmpty() || Names.isTokenPrefix(policy.getPrefix());
        checks.require(prefix, field + ".prefix", Names.PREFIX_RULE);
        lifetimes(checks, field, policy);
        boolean grace = !policy.hasDefaultGracePeriod() || TokenSecrets.isGracePeriod(policy.getDefaultGracePeriod());
        checks.require(grace, field + ".default_grace_period", TokenSecrets.GRACE_PERIOD_RULE);
        boolean live = policy.getMaxLiveSecrets() >= 0 && policy.getMaxLiveSecrets() <= TokenSecrets.MOST_LIVE;
        checks.require(live, field + ".max_live_secrets", "0 to " + TokenSecrets.MOST_LIVE);
        checks.require(
                policy.getSecretVisibility() != SecretVisibility.UNRECOGNIZED,
                field + ".secret_visibility",
                "SHOWN_ONCE or RECOVERABLE");
        boolean actions = policy.getAllowedActionsList().stream().allMatch(ModuleChecks::isAction);
        checks.require(actions, field + ".allowed_actions", "READ, CREATE, EDIT or DELETE");
        checks.require(isDistinct(policy.getAllowedActionsValueList()), field + ".allowed_actions", "each action once");
        priorities(checks, field + ".priorities", policy.getPrioritiesList());
        types(checks, field + ".token_types", policy.getTokenTypesList());
    }

    private static void lifetimes(FieldChecks checks, String field, TokenPolicy policy) {
        String rule = "whole seconds, 1 minute to 10 years";
        boolean most = !policy.hasMaxLifetime() || isLifetime(policy.getMaxLifetime());
        boolean usual = !policy.hasDefaultLifetime() || isLifetime(policy.getDefaultLifetime());
        checks.require(most, field + ".max_lifetime", rule);
        checks.require(usual, field + ".default_lifetime", rule);
        if (most && usual && policy.hasMaxLifetime() && policy.hasDefaultLifetime()) {
            boolean fits = Durations.compare(policy.getDefaultLifetime(), policy.getMaxLifetime()) <= 0;
            checks.require(fits, field + ".default_lifetime", "at most max_lifetime");
        }
    }

    private static boolean isLifetime(Duration duration) {
        return Durations.isValid(duration)
                && Durations.compare(duration, SHORTEST) >= 0
                && Durations.compare(duration, LONGEST) <= 0
                && Durations.compare(duration, Durations.fromSeconds(Durations.toSeconds(duration))) == 0;
    }

    private static void priorities(FieldChecks checks, String field, List<String> words) {
        checks.require(words.size() <= MAX_PRIORITIES, field, "at most " + MAX_PRIORITIES + " words");
        boolean right = words.stream().allMatch(word -> PRIORITY.matcher(word).matches());
        checks.require(right, field, "words of 1 to 32 characters of a-z, 0-9 and -");
        checks.require(isDistinct(words), field, "each word once");
    }

    private static void types(FieldChecks checks, String field, List<TokenType> types) {
        if (types.size() > MAX_TYPES) {
            checks.reject(field, "at most " + MAX_TYPES + " types");
            return;
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < types.size(); i++) {
            TokenType type = types.get(i);
            String path = field + "[" + i + "]";
            checks.label(path + ".id", type.getId());
            checks.require(ids.add(type.getId()), path + ".id", "each id once");
            if (!type.getDisplayName().isEmpty()) {
                checks.displayName(path + ".display_name", type.getDisplayName());
            }
            GrantChecks.check(checks, path + ".default_grants", type.getDefaultGrantsList());
        }
    }

    private static boolean isDistinct(List<?> values) {
        return new HashSet<>(values).size() == values.size();
    }
}
