package io.keywarden.matrix;

import io.keywarden.matrix.Case.Asks;
import io.keywarden.matrix.Case.Credential;
import io.keywarden.matrix.Case.Host;
import io.keywarden.matrix.Case.Needs;
import io.keywarden.matrix.Case.OwnerIs;
import io.keywarden.matrix.Case.Place;
import io.keywarden.matrix.Case.ShadowOver;
import io.keywarden.matrix.Case.TenantIs;
import io.keywarden.matrix.Case.Time;
import io.keywarden.matrix.Case.TokenIs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The decision as the design's table tells it: rules in their order, the first that is true is the answer. Says texts, and
 * knows nothing of the classes that decide.
 */
final class NaiveModel {
    private static final Map<String, Predicate<Case>> RULES = new LinkedHashMap<>();
    private static final Set<String> NOTHING_PROVEN =
            Set.of("MISSING_CREDENTIAL", "MALFORMED_CREDENTIAL", "DUPLICATE_CREDENTIAL", "INVALID_CREDENTIAL");
    private static final Set<String> NOT_ALLOWED = Set.of(
            "CLIENT_NOT_ALLOWED",
            "IP_NOT_ALLOWED",
            "COUNTRY_NOT_ALLOWED",
            "UNKNOWN_OPERATION",
            "PERMISSION_DENIED",
            "OWNER_LACKS_PERMISSION");

    static {
        RULES.put("MISSING_CREDENTIAL", c -> c.credential() == Credential.MISSING);
        RULES.put("MALFORMED_CREDENTIAL", c -> c.credential() == Credential.MALFORMED);
        RULES.put("DUPLICATE_CREDENTIAL", c -> c.credential() == Credential.DUPLICATE);
        RULES.put("INVALID_CREDENTIAL", c -> c.credential() == Credential.WRONG);
        RULES.put("INTERNAL", c -> c.credential() == Credential.UNKNOWN_PEPPER);
        RULES.put(
                "REVOKED",
                c -> c.token() == TokenIs.REVOKED
                        || c.tenant() == TenantIs.REVOKED_ALL
                        || c.owner() == OwnerIs.REVOKED_ALL);
        RULES.put("DELETED", c -> c.token() == TokenIs.DELETED);
        RULES.put("DISABLED", c -> c.token() == TokenIs.DISABLED);
        RULES.put("TENANT_DISABLED", c -> c.tenant() == TenantIs.DISABLED || c.tenant() == TenantIs.GONE);
        RULES.put("OWNER_DISABLED", c -> c.owner() == OwnerIs.DISABLED || c.owner() == OwnerIs.GONE);
        RULES.put("EXPIRED", c -> c.time() == Time.EXPIRED || c.time() == Time.TOO_OLD);
        RULES.put("NOT_YET_VALID", c -> c.time() == Time.NOT_YET);
        RULES.put("SECRET_ROTATED", c -> c.credential() == Credential.ENDED);
        RULES.put("WRONG_TENANT", c -> c.host() != Host.OWN);
        RULES.put("CLIENT_NOT_ALLOWED", c -> is(c, Place.OTHER_CLIENT, Place.UNKNOWN_CLIENT));
        RULES.put("IP_NOT_ALLOWED", c -> is(c, Place.OTHER_ADDRESS, Place.UNKNOWN_ADDRESS));
        RULES.put("COUNTRY_NOT_ALLOWED", c -> is(c, Place.OTHER_COUNTRY, Place.UNKNOWN_COUNTRY));
        RULES.put("", c -> c.access() == Asks.OPTIONAL);
        RULES.put("UNKNOWN_OPERATION", c -> c.need() == Needs.UNKNOWN);
        RULES.put("STORE_UNAVAILABLE", c -> c.need() == Needs.UNREADABLE);
        RULES.put("PERMISSION_DENIED", c -> c.need() == Needs.NOT_GRANTED || c.need() == Needs.NOT_FOR_THE_TENANT);
        RULES.put("OWNER_LACKS_PERMISSION", c -> c.owner() == OwnerIs.WITHOUT_RIGHTS);
    }

    private NaiveModel() {}

    /** {@code ALLOW}, with or without who it is and what a shadow let pass, {@code DENY reason}, or {@code ERROR reason}. */
    static String decide(Case c) {
        boolean nobody = c.credential() == Credential.MISSING && c.access() == Asks.OPTIONAL;
        if (c.access() == Asks.PUBLIC || nobody) {
            return "ALLOW nobody";
        }
        String reason = RULES.entrySet().stream()
                .filter(rule -> rule.getValue().test(c))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
        if (reason.isEmpty()) {
            return "ALLOW token";
        }
        if (reason.equals("INTERNAL") || reason.equals("STORE_UNAVAILABLE")) {
            return "ERROR " + reason;
        }
        // Which client it is for may stand in the path of an operation that nobody knows now.
        boolean untold = c.need() == Needs.UNREADABLE && c.access() != Asks.OPTIONAL;
        if (untold && reason.equals("CLIENT_NOT_ALLOWED") && c.place() == Place.UNKNOWN_CLIENT) {
            return "ERROR STORE_UNAVAILABLE";
        }
        String answer = softened(c, reason);
        return untold && answer.startsWith("ALLOW token, but") ? "ERROR STORE_UNAVAILABLE" : answer;
    }

    private static String softened(Case c, String reason) {
        boolean tenantOfHost = c.shadow() == ShadowOver.TENANT && c.host() == Host.OWN && isThere(c);
        if (NOTHING_PROVEN.contains(reason)) {
            return tenantOfHost ? "ALLOW nobody, but " + reason : "DENY " + reason;
        }
        boolean right = reason.equals("PERMISSION_DENIED") || reason.equals("OWNER_LACKS_PERMISSION");
        boolean shadowed = c.shadow() == ShadowOver.TOKEN
                || c.shadow() == ShadowOver.TENANT
                || (c.shadow() == ShadowOver.MODULE && right);
        return NOT_ALLOWED.contains(reason) && shadowed && c.tenant() != TenantIs.SYSTEM
                ? "ALLOW token, but " + reason
                : "DENY " + reason;
    }

    private static boolean isThere(Case c) {
        return c.tenant() != TenantIs.GONE && c.tenant() != TenantIs.SYSTEM && c.tenant() != TenantIs.DISABLED;
    }

    private static boolean is(Case c, Place one, Place other) {
        return c.place() == one || c.place() == other || c.place() == Place.ALL_WRONG;
    }
}
