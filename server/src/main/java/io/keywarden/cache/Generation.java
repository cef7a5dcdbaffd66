package io.keywarden.cache;

import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.RecordKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * All that was learnt over one tracked connection to one master, and its lease. It begins empty and ends with the
 * connection. What it knew stays readable after its end, frozen, until its lease is over, and longer for tenants that
 * chose so. Safe for use by several threads; pushes have to come from one thread, in their order.
 */
public final class Generation {
    private final Feed feed;
    private final Lease lease;
    private final Entries entries;
    private final int mostReads;
    /** How many reads were begun and are not settled. */
    private final AtomicInteger reads = new AtomicInteger();
    /** The pushes that have to come. */
    private final Map<RecordKey, Expected> expected = new ConcurrentHashMap<>();
    /** Why it ended; null as long as it lives. */
    private final AtomicReference<Decision.@Nullable CannotTell> ended = new AtomicReference<>();
    /** Whether what it knew may be wrong, and not only old. */
    private volatile boolean discarded;
    /** Tells those that spoke before it. */
    private final Succession succession = new Succession();

    /**
     * Begins one. Tracking is armed on the connection, and its first heartbeat was answered.
     *
     * @param feed the connection
     * @param lease of this connection alone
     * @param limits how much it holds
     */
    public Generation(Feed feed, Lease lease, CacheLimits limits) {
        this.feed = feed;
        this.lease = lease;
        this.entries = new Entries(limits);
        this.mostReads = limits.readsInFlight();
    }

    /** Its lease. */
    public Lease lease() {
        return lease;
    }

    /** A push said that a record was written. */
    public void invalidate(RecordKey key) {
        entries.remove(key);
        expected.remove(key);
        supersede(key);
    }

    /** A push said that everything may have been written, or a slot moved. */
    public void invalidateAll() {
        entries.clear();
        expected.clear();
        succession.forgetAll();
    }

    /** Begins one read more, if there are not too many; {@link #endRead} is to follow when it is settled. */
    boolean beginRead() {
        boolean begun = reads.incrementAndGet() <= mostReads;
        if (!begun) {
            endRead();
        }
        return begun;
    }

    void endRead() {
        reads.decrementAndGet();
    }

    /** A push that has to come, equal to itself only. */
    static final class Expected {
        private final RecordKey key;

        private Expected(RecordKey key) {
            this.key = key;
        }

        RecordKey key() {
            return key;
        }
    }

    /** A record turned out to have been written: a push has to say so. */
    Expected expectPush(RecordKey key) {
        Expected push = new Expected(key);
        expected.put(key, push);
        return push;
    }

    /** Whether a push has not come until now; from now on it is not expected any more. */
    boolean isMissing(Expected push) {
        return expected.remove(push.key(), push);
    }

    /** How many pushes have to come. */
    int expectedPushes() {
        return expected.size();
    }

    /** It has heard or learnt of a record: what was known of it before this generation does not count any more. */
    void supersede(RecordKey key) {
        succession.forget(key);
    }

    /** It speaks for its slots from now on. Only the first call counts. */
    void succeed(Succession.Former those) {
        succession.begin(those);
    }

    /** The connection is gone: it learns nothing more. What it knows is believed until its lease is over. */
    public void end(String detail) {
        end(Reason.STORE_UNAVAILABLE, detail);
    }

    /** The connection is not what it was taken for, so what came over it is not believed any more, from now on. */
    public void discard(Reason reason, String detail) {
        discarded = true;
        end(reason, detail);
        entries.clear();
    }

    private void end(Reason reason, String detail) {
        if (ended.compareAndSet(null, new Decision.CannotTell(reason, detail))) {
            feed.close();
        }
    }

    /** Why it ended; empty as long as it lives. */
    public Optional<Decision.CannotTell> ended() {
        return Optional.ofNullable(ended.get());
    }

    /** How many records it knows, by estimate. */
    public long size() {
        return entries.size();
    }

    /** What they weigh together, in bytes, by estimate. */
    public long bytes() {
        return entries.bytes();
    }

    boolean isAlive() {
        return ended.get() == null;
    }

    boolean isDiscarded() {
        return discarded;
    }

    Feed feed() {
        return feed;
    }

    Entries entries() {
        return entries;
    }
}
