package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.v1.Token;
import io.keywarden.credential.CredentialForms;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenTypeRecord;
import io.keywarden.token.IpRanges;
import io.keywarden.token.TenantRules;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Checks for whom, from where and how long a token works. */
final class TokenRuleChecks {
    private static final int MAX_ENTRIES = 1_000;
    private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9._-]{1,63}");
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private TokenRuleChecks() {}

    /** Notes what is wrong by itself. */
    static void form(FieldChecks checks, Token token) {
        entries(
                checks,
                "token.allowed_clients",
                token.getAllowedClientsList(),
                new Rule(
                        client -> CLIENT.matcher(client).matches(),
                        "1 to 63 characters of A-Z, a-z, 0-9, dot, _ and -"));
        entries(
                checks,
                "token.allowed_cidrs",
                token.getAllowedCidrsList(),
                new Rule(cidr -> IpRanges.canonical(cidr).isPresent(), IpRanges.RULE));
        entries(
                checks,
                "token.allowed_countries",
                token.getAllowedCountriesList(),
                new Rule(COUNTRIES::contains, "an ISO 3166-1 alpha-2 code, such as NL"));
        boolean id = token.getCredentialId().isEmpty() || CredentialForms.isCredentialId(token.getCredentialId());
        checks.require(id, "token.credential_id", CredentialForms.CREDENTIAL_ID_RULE);
    }

    private record Rule(Predicate<String> test, String expected) {}

    private static void entries(FieldChecks checks, String field, List<String> entries, Rule rule) {
        if (entries.size() > MAX_ENTRIES) {
            checks.reject(field, "at most " + MAX_ENTRIES + " entries");
            return;
        }
        for (int i = 0; i < entries.size(); i++) {
            checks.require(rule.test().test(entries.get(i)), field + "[" + i + "]", rule.expected());
        }
        checks.require(new HashSet<>(entries).size() == entries.size(), field, "each entry once");
    }

    /**
     * Notes what is wrong in a tenant at a moment.
     *
     * @param sets which fields are set now
     */
    static void inTenant(FieldChecks checks, Token token, TenantRecord tenant, Times times, Predicate<String> sets) {
        if (sets.test("type")) {
            boolean known = token.getType().isEmpty()
                    || tenant.getTokenTypesList().stream()
                            .map(TokenTypeRecord::getId)
                            .anyMatch(token.getType()::equals);
            checks.require(known, "token.type", "one of the tenant's token_types, or none");
        }
        if (sets.test("priority")) {
            List<String> words = priorities(tenant);
            boolean known = token.getPriority().isEmpty() || words.contains(token.getPriority());
            checks.require(known, "token.priority", "one of " + String.join(", ", words));
        }
        if (sets.test("shadow_until")) {
            TimeChecks.shadow(checks, "token.shadow_until", token.getShadowUntil(), times.now());
        }
        if (sets.test("expire_time") && token.hasExpireTime() && Timestamps.isValid(token.getExpireTime())) {
            boolean future = Timestamps.compare(token.getExpireTime(), times.now()) > 0;
            checks.require(future, "token.expire_time", "a time in the future");
            boolean allowed = !tenant.hasMaxLifetime()
                    || Timestamps.compare(
                                    token.getExpireTime(), Timestamps.add(times.created(), tenant.getMaxLifetime()))
                            <= 0;
            checks.require(allowed, "token.expire_time", "a time within the tenant's max_lifetime");
        }
    }

    /**
     * When a token is looked at.
     *
     * @param created when it was made, or is
     * @param now the time now
     */
    record Times(Timestamp created, Timestamp now) {}

    /** The words for priority of a tenant. */
    static List<String> priorities(TenantRecord tenant) {
        return tenant.getPrioritiesCount() == 0 ? TenantRules.PRIORITIES : tenant.getPrioritiesList();
    }
}
