package io.keywarden.redis;

import io.keywarden.store.Bounds;
import io.keywarden.token.SlotTag;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletionStage;

/** The part of a heartbeat that proves that a server is still the master of its slots. Of one connection. */
interface HeartbeatProof {
    /**
     * Makes what it needs, once, before the first heartbeat of a connection. Completes exceptionally where Redis refuses.
     */
    CompletionStage<Void> prepare(RedisAsyncCommands<byte[], byte[]> commands);

    /**
     * Sends it, all before it returns. Completes exceptionally where Redis answers with an error, or not at all.
     *
     * @param bounds says how many replicas a confirmed write has reached
     */
    CompletionStage<Verdict> prove(RedisAsyncCommands<byte[], byte[]> commands, Bounds bounds);

    /**
     * What it says.
     *
     * @param kind what that means
     * @param detail why, for the log
     */
    record Verdict(Kind kind, String detail) {
        static final Verdict PROVEN = new Verdict(Kind.PROVEN, "");

        enum Kind {
            /** It is the master. */
            PROVEN,
            /** It may be or not. */
            UNPROVEN,
            /** Its data went away. */
            WIPED
        }
    }

    /**
     * What is to be proven.
     *
     * @param tag of keys that belong to the master
     * @param replicated whether another server could take its place
     * @param replicas how many replicas it has, dead ones included
     */
    record Claim(SlotTag tag, boolean replicated, int replicas) {}

    /** Chooses one. */
    interface Choice {
        /** Where no other master can exist, a write that is refused where writes are; elsewhere the replicas' word. */
        Choice BY_TOPOLOGY =
                claim -> claim.replicated() ? new AckProof(claim.tag(), claim.replicas()) : new WriteProof(claim.tag());

        HeartbeatProof of(Claim claim);
    }
}
