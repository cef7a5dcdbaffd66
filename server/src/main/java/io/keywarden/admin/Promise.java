package io.keywarden.admin;

import io.keywarden.store.Bounds;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Durability;
import io.keywarden.store.StoreCondition;
import io.keywarden.store.v1.StoreRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Says from when on a write holds on every replica: when its answer was there, and the lease, a margin and the longest
 * age of an outage policy later. A replica that proved after the write that it is connected has heard of it; one that did
 * not stops when its lease ends. Blocks.
 */
final class Promise {
    /** For clocks that run apart while a lease lasts. */
    static final Duration MARGIN = Duration.ofMillis(50);

    private static final Bounds WIDEST = new Bounds(Bounds.MAX_LEASE, Bounds.MAX_KNOWN, 0);

    private final AdminStore store;
    private final StoreCondition condition;
    private final InstantSource clock;
    /** Whether the store was a single Redis when its servers were last seen: they may be out of sight for a moment. */
    private volatile boolean standalone;

    Promise(AdminStore store, StoreCondition condition, InstantSource clock) {
        this.store = store;
        this.condition = condition;
        this.clock = clock;
    }

    /** To be called when the answer to a write, or to a read that found it, is there. */
    Times made(Durability durability, KnownAge age) {
        Instant answered = clock.instant();
        condition.now().ifPresent(found -> standalone = found.standalone());
        if (durability == Durability.UNCONFIRMED && !standalone) {
            return new Times(durability, Optional.empty());
        }
        // Read after the write: a wider lease that is written later than this is taken by no one who missed the write.
        Bounds widest = widest(answered);
        Duration wait = widest.lease().plus(MARGIN).plus(age.longest(widest, answered));
        return new Times(durability, Optional.of(answered.plus(wait)));
    }

    /** The longest that there can be, where the store is away again right after the write. */
    private Bounds widest(Instant now) {
        try {
            return store.read(RecordKey.STORE)
                    .map(marker -> StoreBounds.widest(
                            Entry.of(marker, StoreRecord.parser()).payload(), now))
                    .orElse(WIDEST);
        } catch (AdminException e) {
            return WIDEST;
        }
    }
}
