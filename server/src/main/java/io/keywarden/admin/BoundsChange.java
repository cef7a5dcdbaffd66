package io.keywarden.admin;

import io.keywarden.admin.StoreFounder.Store;
import io.keywarden.admin.StoreFounder.Terms;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
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

    private final Store store;
    private final Terms terms;
    private final InstantSource clock;
    private boolean warned;

    BoundsChange(Store store, Terms terms, InstantSource clock) {
        this.store = store;
        this.terms = terms;
        this.clock = clock;
    }

    /** Writes what is promised from now on; answers whether it is written. */
    boolean change(StoredRecord marker, Duration limit) {
        StoreRecord payload = payload(marker);
        StoreRecord next = StoreBounds.changed(payload, terms.bounds(), clock.instant());
        if (isStandalone()) {
            next = StoreBounds.settled(next, clock.instant());
        }
        boolean written = write(marker, next, limit);
        if (written) {
            LOG.info("bounds_changed from={} to={}", StoreMarker.bounds(payload), terms.bounds());
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
        return wanted == 0
                || isStandalone()
                || StoreFounder.await(store.writer().confirm(RecordKey.STORE.slot(), wanted, limit), limit)
                        .filter(Durability.CONFIRMED::equals)
                        .isPresent();
    }

    private boolean isStandalone() {
        return terms.condition().now().map(StoreCondition.Condition::standalone).orElse(false);
    }

    private boolean write(StoredRecord marker, StoreRecord next, Duration limit) {
        Commit commit = store.marker(Optional.of(marker.bytes()), marker.next(next.toByteString(), ChainHead.EMPTY));
        return StoreFounder.await(store.writer().commit(commit, limit), limit)
                .filter(Outcome.Committed.class::isInstance)
                .isPresent();
    }

    private static StoreRecord payload(StoredRecord marker) {
        return Entry.of(marker, StoreRecord.parser()).payload();
    }
}
