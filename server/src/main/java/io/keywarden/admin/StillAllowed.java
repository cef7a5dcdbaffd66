package io.keywarden.admin;

import com.google.protobuf.Message;
import io.grpc.Context;

/** Whether who makes a call that stays open may still make it. Blocks. */
@FunctionalInterface
interface StillAllowed {
    /** What says it of a call that was let in, in the context of that call. */
    Context.Key<StillAllowed> KEY = Context.key("keywarden-admin-still-allowed");

    /**
     * Throws where they may not any more: their credential ended, or what they were granted.
     *
     * @param request what they asked for
     */
    void require(Message request);

    /** What says it of the call that this thread works on. */
    static StillAllowed current() {
        StillAllowed allowed = KEY.get();
        if (allowed == null) {
            throw new IllegalStateException("no caller in the context (expected: AdminAuthentication in front)");
        }
        return allowed;
    }
}
