package io.keywarden.check;

import io.keywarden.policy.Reason;
import io.keywarden.token.Operation;
import java.util.Optional;

/** What is said to people about a reason. Never more than the reason itself tells. */
final class ReasonTexts {
    private static final String REALM = "Bearer realm=\"keywarden\"";

    private ReasonTexts() {}

    /** One sentence, without quotation marks. */
    static String detail(Reason reason) {
        return switch (reason) {
            case MISSING_CREDENTIAL -> "The request carries no credential in a header and scheme that are taken here.";
            case MALFORMED_CREDENTIAL -> "The credential is not written as it should be.";
            case DUPLICATE_CREDENTIAL -> "The request carries more than one credential.";
            case INVALID_CREDENTIAL -> "The credential is not valid.";
            case REVOKED -> "The token was revoked.";
            case DELETED -> "The token was deleted.";
            case DISABLED -> "The token is disabled.";
            case TENANT_DISABLED -> "The token's tenant is disabled.";
            case OWNER_DISABLED -> "The token's owner is disabled.";
            case EXPIRED -> "The token has expired.";
            case NOT_YET_VALID -> "The token is not valid yet.";
            case SECRET_ROTATED -> "The secret was replaced by a newer one.";
            case WRONG_TENANT -> "The request's host is not one of the token's tenant.";
            case CLIENT_NOT_ALLOWED -> "The token may not be used for this client.";
            case IP_NOT_ALLOWED -> "The token may not be used from this address.";
            case COUNTRY_NOT_ALLOWED -> "The token may not be used from this country.";
            case UNKNOWN_OPERATION -> "The request is none of the operations that are known.";
            case PERMISSION_DENIED -> "The token has no grant for the operation.";
            case OWNER_LACKS_PERMISSION -> "The token's owner has no grant for the operation.";
            case STORE_UNAVAILABLE, STALE_STATE, RECORD_TAMPERED, INTERNAL ->
                "It cannot be told at the moment whether the request may pass.";
        };
    }

    /** The phrase that belongs to the group's HTTP status. */
    static String title(Reason.Group group) {
        return switch (group) {
            case UNAUTHENTICATED -> "Unauthorized";
            case FORBIDDEN -> "Forbidden";
            case CANNOT_TELL -> "Service Unavailable";
        };
    }

    /**
     * The challenge of RFC 6750, section 3; empty where asking with another token is no way out.
     *
     * @param operation what the request amounts to, where that is known
     * @param terse whether it says no more than the status does
     */
    static Optional<String> challenge(Reason reason, Optional<Operation> operation, boolean terse) {
        return switch (reason) {
            case MISSING_CREDENTIAL -> Optional.of(REALM);
            case MALFORMED_CREDENTIAL, DUPLICATE_CREDENTIAL -> Optional.of(challenge("invalid_request", reason, terse));
            case INVALID_CREDENTIAL,
                    REVOKED,
                    DELETED,
                    DISABLED,
                    TENANT_DISABLED,
                    OWNER_DISABLED,
                    EXPIRED,
                    NOT_YET_VALID,
                    SECRET_ROTATED -> Optional.of(challenge("invalid_token", reason, terse));
            case PERMISSION_DENIED, OWNER_LACKS_PERMISSION -> {
                String challenge = challenge("insufficient_scope", reason, terse);
                yield Optional.of(
                        terse || operation.isEmpty()
                                ? challenge
                                : challenge + ", scope=\"" + operation.get().scope() + "\"");
            }
            case WRONG_TENANT,
                    CLIENT_NOT_ALLOWED,
                    IP_NOT_ALLOWED,
                    COUNTRY_NOT_ALLOWED,
                    UNKNOWN_OPERATION,
                    STORE_UNAVAILABLE,
                    STALE_STATE,
                    RECORD_TAMPERED,
                    INTERNAL -> Optional.empty();
        };
    }

    private static String challenge(String error, Reason reason, boolean terse) {
        return terse ? REALM : REALM + ", error=\"" + error + "\", error_description=\"" + detail(reason) + "\"";
    }
}
