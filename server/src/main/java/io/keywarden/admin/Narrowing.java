package io.keywarden.admin;

import java.util.Arrays;
import java.util.Optional;

/** The RPCs that take a right away. */
enum Narrowing {
    /** See {@link DisableToken}. */
    DISABLE_TOKEN("DisableToken"),
    /** See {@link RevokeToken}. */
    REVOKE_TOKEN("RevokeToken"),
    /** See {@link DeleteToken}. */
    DELETE_TOKEN("DeleteToken"),
    /** See {@link RotateToken}: of what ends a secret at once. */
    ROTATE_TOKEN("RotateToken"),
    /** See {@link EndGracePeriod}. */
    END_GRACE_PERIOD("EndGracePeriod"),
    /** See {@link DisableOwner}. */
    DISABLE_OWNER("DisableOwner"),
    /** See {@link RevokeTokens}, of an owner. */
    REVOKE_OWNER_TOKENS("RevokeTokens:owner"),
    /** See {@link RevokeTokens}, of a tenant. */
    REVOKE_TENANT_TOKENS("RevokeTokens:tenant"),
    /** See {@link DisableTenant}. */
    DISABLE_TENANT("DisableTenant"),
    /** See {@link DeleteModule}. */
    DELETE_MODULE("DeleteModule"),
    /** See {@link ModuleReplacement}: of each module that it changes. */
    UPDATE_MODULE("UpdateModule"),
    /** See {@link DeleteCatalog}. */
    DELETE_CATALOG("DeleteCatalog");

    private final String rpc;

    Narrowing(String rpc) {
        this.rpc = rpc;
    }

    /** The RPC's name. */
    String rpc() {
        return rpc;
    }

    /**
     * Whether what was taken away comes back with what it was taken from; tokens that were revoked together do not, and a secret
     * that ended does not either.
     */
    boolean canBeGivenBack() {
        return switch (this) {
            case REVOKE_OWNER_TOKENS, REVOKE_TENANT_TOKENS, ROTATE_TOKEN, END_GRACE_PERIOD -> false;
            case DISABLE_TOKEN,
                    REVOKE_TOKEN,
                    DELETE_TOKEN,
                    DISABLE_OWNER,
                    DISABLE_TENANT,
                    DELETE_MODULE,
                    UPDATE_MODULE,
                    DELETE_CATALOG -> true;
        };
    }

    /** The one with an RPC's name. */
    static Optional<Narrowing> of(String rpc) {
        return Arrays.stream(values()).filter(one -> one.rpc.equals(rpc)).findFirst();
    }
}
