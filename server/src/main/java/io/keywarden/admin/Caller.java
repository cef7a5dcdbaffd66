package io.keywarden.admin;

import io.grpc.Context;

/**
 * Who calls the Admin API.
 *
 * @param principal {@code bootstrap}, or the resource name of a token
 * @param peer the address that the call came from
 */
record Caller(String principal, String peer) {
    /** Who calls, in the context of a call that was let in. */
    static final Context.Key<Caller> KEY = Context.key("keywarden-admin-caller");

    /** Who makes the call that this thread works on. */
    static Caller current() {
        Caller caller = KEY.get();
        if (caller == null) {
            throw new IllegalStateException("no caller in the context (expected: AdminAuthentication in front)");
        }
        return caller;
    }
}
