package io.keywarden.redis;

import io.keywarden.cache.CacheLimits;
import io.keywarden.cache.Feed;
import io.keywarden.cache.Generation;
import io.keywarden.cache.Lease;
import io.keywarden.policy.Reason;
import io.keywarden.store.RecordKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Stands in for the connection to a master that there is none to.
 *
 * @param detail why, for people
 */
record Absent(String detail) implements Feed {
    /** A generation that never was: it knows nothing, and has no lease. As a discarded one it is not worth keeping. */
    static Generation generation(Reason reason, String detail, long nowNanos) {
        Generation none = new Generation(new Absent(detail), new Lease(Duration.ZERO, nowNanos), CacheLimits.DEFAULT);
        none.discard(reason, detail);
        return none;
    }

    @Override
    public CompletionStage<Reply> read(RecordKey key) {
        return CompletableFuture.completedFuture(new Reply.Unavailable(detail));
    }

    @Override
    public void close() {}
}
