package io.keywarden.admin;

import io.grpc.Context;
import java.time.Instant;
import java.util.Optional;

/**
 * Who calls the Admin API.
 *
 * @param principal {@code bootstrap}, the resource name of a token, or {@code journal}
 * @param peer the address that the call came from
 * @param original what is done again; empty for what is done for the first time
 */
record Caller(String principal, String peer, Optional<Original> original) {
    /** Who calls, in the context of a call that was let in. */
    static final Context.Key<Caller> KEY = Context.key("keywarden-admin-caller");

    private static final String JOURNAL = "journal";

    /** Somebody who does something for the first time. */
    Caller(String principal, String peer) {
        this(principal, peer, Optional.empty());
    }

    /**
     * A write that was lost.
     *
     * @param time when it was made
     * @param version the version that it wrote: whoever saw it believes nothing but a higher one
     */
    record Original(Instant time, long version) {}

    /** Admin itself, which does something again. */
    static Caller again(Original original) {
        return new Caller(JOURNAL, "", Optional.of(original));
    }

    /** Who makes the call that this thread works on. */
    static Caller current() {
        Caller caller = KEY.get();
        if (caller == null) {
            throw new IllegalStateException("no caller in the context (expected: AdminAuthentication in front)");
        }
        return caller;
    }
}
