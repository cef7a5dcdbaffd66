package io.keywarden.policy;

/**
 * Why a request is not allowed. A constant's name is its wire name: it stands in answers, metrics, logs and dynamic
 * metadata, and never changes.
 */
public enum Reason {
    /** The request carries no credential where the tenant looks for one. */
    MISSING_CREDENTIAL(Group.UNAUTHENTICATED, false),
    /** What stands there is not written as a credential is. */
    MALFORMED_CREDENTIAL(Group.UNAUTHENTICATED, false),
    /** There are two credentials, or one header twice. */
    DUPLICATE_CREDENTIAL(Group.UNAUTHENTICATED, false),
    /** The token is unknown, or the secret is wrong: the two look alike. */
    INVALID_CREDENTIAL(Group.UNAUTHENTICATED, false),
    /** The token was revoked. */
    REVOKED(Group.UNAUTHENTICATED, true),
    /** The token was deleted. */
    DELETED(Group.UNAUTHENTICATED, true),
    /** The token is disabled. */
    DISABLED(Group.UNAUTHENTICATED, true),
    /** The token's tenant is disabled, or is not there. */
    TENANT_DISABLED(Group.UNAUTHENTICATED, true),
    /** The token's owner is disabled, or is not there. */
    OWNER_DISABLED(Group.UNAUTHENTICATED, true),
    /** The token's time is over. */
    EXPIRED(Group.UNAUTHENTICATED, true),
    /** The token's time has not begun. */
    NOT_YET_VALID(Group.UNAUTHENTICATED, true),
    /** The secret was replaced, and its time is over. */
    SECRET_ROTATED(Group.UNAUTHENTICATED, true),
    /** The token is of another tenant than the request. */
    WRONG_TENANT(Group.FORBIDDEN, true),
    /** The token may not be used for this client of the tenant, or it is not known for which the request is. */
    CLIENT_NOT_ALLOWED(Group.FORBIDDEN, true),
    /** The token may not be used from this address, or the address is not known. */
    IP_NOT_ALLOWED(Group.FORBIDDEN, true),
    /** The token may not be used from this country, or the country is not known. */
    COUNTRY_NOT_ALLOWED(Group.FORBIDDEN, true),
    /** Nothing says what the request needs. */
    UNKNOWN_OPERATION(Group.FORBIDDEN, true),
    /** No grant of the token covers what the request needs. */
    PERMISSION_DENIED(Group.FORBIDDEN, true),
    /** A grant of the token covers what the request needs, and none of its owner does. */
    OWNER_LACKS_PERMISSION(Group.FORBIDDEN, true),
    /** Redis did not answer in time. */
    STORE_UNAVAILABLE(Group.CANNOT_TELL, false),
    /** The store is empty, or another one than before. */
    STALE_STATE(Group.CANNOT_TELL, false),
    /** A record is not as Keywarden wrote it, or is older than one seen before. */
    RECORD_TAMPERED(Group.CANNOT_TELL, false),
    /** Something is wrong here, such as a pepper that this replica was not given. */
    INTERNAL(Group.CANNOT_TELL, false);

    /** The three kinds of answer that are not an allow. */
    public enum Group {
        /** Nobody is known to ask: HTTP 401, gRPC UNAUTHENTICATED. */
        UNAUTHENTICATED(401, 16),
        /** Who asks is known, and may not: HTTP 403, gRPC PERMISSION_DENIED. */
        FORBIDDEN(403, 7),
        /** It cannot be told: HTTP 503, gRPC UNAVAILABLE. Never a deny, never an allow. */
        CANNOT_TELL(503, 14);

        private final int httpStatus;
        private final int grpcStatus;

        Group(int httpStatus, int grpcStatus) {
            this.httpStatus = httpStatus;
            this.grpcStatus = grpcStatus;
        }

        /** The HTTP status of the answer. */
        public int httpStatus() {
            return httpStatus;
        }

        /** The gRPC status of the answer. */
        public int grpcStatus() {
            return grpcStatus;
        }
    }

    private final Group group;
    private final boolean afterProof;

    Reason(Group group, boolean afterProof) {
        this.group = group;
        this.afterProof = afterProof;
    }

    /** Which kind of answer it is. */
    public Group group() {
        return group;
    }

    /**
     * Whether a shadow may let a request pass in spite of it: where a right is missing, or no valid credential is there. Who
     * was shut out by somebody's decision stays out, and so does who is of another tenant.
     */
    public boolean canBeShadowed() {
        return switch (this) {
            case MISSING_CREDENTIAL,
                    MALFORMED_CREDENTIAL,
                    DUPLICATE_CREDENTIAL,
                    INVALID_CREDENTIAL,
                    CLIENT_NOT_ALLOWED,
                    IP_NOT_ALLOWED,
                    COUNTRY_NOT_ALLOWED,
                    UNKNOWN_OPERATION,
                    PERMISSION_DENIED,
                    OWNER_LACKS_PERMISSION -> true;
            case REVOKED,
                    DELETED,
                    DISABLED,
                    TENANT_DISABLED,
                    OWNER_DISABLED,
                    EXPIRED,
                    NOT_YET_VALID,
                    SECRET_ROTATED,
                    WRONG_TENANT,
                    STORE_UNAVAILABLE,
                    STALE_STATE,
                    RECORD_TAMPERED,
                    INTERNAL -> false;
        };
    }

    /** Whether it is only ever given after the secret was proven, so that the answer may name the token. */
    public boolean afterProof() {
        return afterProof;
    }
}
