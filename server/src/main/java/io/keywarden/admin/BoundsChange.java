package io.keywarden.admin;

import io.keywarden.store.Bounds;
import io.keywarden.store.RecordWriter.Durability;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.StoreCondition;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.v1.StoreRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes what the store's marker promises, in two steps: a marker with other bounds, under which writes have to be confirmed
 * by as many replicas as before; and one without that, when as many have confirmed the first. Until then a check that is cut
 * off with an old master may count on the number of before. Blocks. Used by one thread at a time.
 */
final class BoundsChange {
    private static final Logger LOG = LoggerFactory.getLogger(BoundsChange.class);

    private final MarkerStore store;
    private final Bounds bounds;
    private final StoreCondition condition;
    private final InstantSource clock;
    private boolean warned;

    /**
     * Takes the store.
     *
     * @param bounds what is promised from now on
     * @param condition what is known of the store's servers
     */
    BoundsChange(MarkerStore store, Bounds bounds, StoreCondition condition, InstantSource clock) {
        this.store = store;
        this.bounds = bounds;
        this.condition = condition;
        this.clock = clock;
    }

    /** Writes what is promised from now on; answers whether it is written. */
    boolean change(StoredRecord marker, Duration limit) {
        StoreRecord payload = payload(marker);
        StoreRecord next = StoreBounds.changed(payload, bounds, clock.instant());
        if (isStandalone()) {
            next = StoreBounds.settled(next, clock.instant());
        }
        boolean written = write(marker, next, limit);
        if (written) {
            LOG.info("bounds_changed from={} to={}", StoreMarker.bounds(payload), bounds);
        }
        return written;
    }

    /** Ends the first step, if as many replicas as before have confirmed its marker. */
    void settle(StoredRecord marker, Duration limit) {
        StoreRecord payload = payload(marker);
        if (!payload.hasFormerReplicas()) {
            return;
        }
        int wanted = StoreMarker.replicasToConfirm(payload);
        if (isConfirmed(wanted, limit) && write(marker, StoreBounds.settled(payload, clock.instant()), limit)) {
            warned = false;
            LOG.info("bounds_settled bounds={}", StoreMarker.bounds(payload));
            return;
        }
        if (!warned) {
            warned = true;
            LOG.warn(
                    "bounds_not_settled replicas={}: {} replicas of the master that has the marker have to confirm it once"
                            + " (expected: them connected to it, for a moment); until then writes are CONFIRMED by as"
                            + " many only, and what was promised before counts",
                    StoreMarker.bounds(payload).replicas(),
                    wanted);
        }
    }

    private boolean isConfirmed(int wanted, Duration limit) {
        // With none to confirm them, writes are never promised to outlive a master, before or after.
        return wanted == 0 || isStandalone() || store.confirm(wanted, limit) == Durability.CONFIRMED;
    }

    private boolean isStandalone() {
        return condition.now().map(StoreCondition.Condition::standalone).orElse(false);
    }

    private boolean write(StoredRecord marker, StoreRecord next, Duration limit) {
        StoredRecord.Draft draft = marker.next(next.toByteString(), ChainHead.EMPTY);
        return store.commit(Optional.of(marker.bytes()), draft, limit) instanceof Outcome.Committed;
    }

    private static StoreRecord payload(StoredRecord marker) {
        return Entry.of(marker, StoreRecord.parser()).payload();
    }
}
