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
    /** See {@link DisableTenant}. */
    DISABLE_TENANT("DisableTenant"),
    /** See {@link DeleteModule}. */
    DELETE_MODULE("DeleteModule");

    private final String rpc;

    Narrowing(String rpc) {
        this.rpc = rpc;
    }

    /** The RPC's name. */
    String rpc() {
        return rpc;
    }

    /** The one with an RPC's name. */
    static Optional<Narrowing> of(String rpc) {
        return Arrays.stream(values()).filter(one -> one.rpc.equals(rpc)).findFirst();
    }
}
