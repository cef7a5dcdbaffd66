package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.StoreFailed;
import io.keywarden.admin.JournalObserver.Outcome;
import io.keywarden.history.HistoryChain;
import io.keywarden.policy.Reason;
import io.keywarden.store.StoreCondition;
import io.keywarden.store.StoredRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the journal's writes whenever the store could have lost some, and makes the lost ones again. A write that is
 * there, or that something narrower took the place of, stays as it is. Used by one thread, which it blocks.
 */
public final class LostWrites {
    private static final Logger LOG = LoggerFactory.getLogger(LostWrites.class);

    /** How many looks at most are left out while the store cannot be used. */
    private static final int MOST_SKIPPED = 20;

    private final Journal journal;
    private final StoreCondition condition;
    private final Supplier<Redo> redo;
    private final JournalObserver observer;
    /** Only used by the one thread, like what follows. */
    private String lastObstacle = "";

    private String lastEpoch = "";
    private int failures;
    private int looksToSkip;

    /**
     * Takes what it looks at.
     *
     * @param redo what looks for writes and makes them again; each new one has seen nothing of the store, so that it
     *     believes an older record too
     */
    LostWrites(Journal journal, StoreCondition condition, Supplier<Redo> redo, JournalObserver observer) {
        this.journal = journal;
        this.condition = condition;
        this.redo = redo;
        this.observer = observer;
    }

    /** Looks for what could have been lost since it looked last. While the store is away there is nothing to be seen. */
    public void look() {
        Optional<String> epoch = condition.now().map(StoreCondition.Condition::epoch);
        if (epoch.isEmpty()) {
            return;
        }
        List<Journal.Kept> writes = journal.notFoundIn(epoch.get());
        if (!epoch.get().equals(lastEpoch)) {
            lastEpoch = epoch.get();
            failures = 0;
            looksToSkip = 0;
        }
        if (writes.isEmpty() || looksToSkip-- > 0) {
            return;
        }
        Redo with = redo.get();
        Optional<AdminFailure> obstacle = Optional.empty();
        for (Journal.Kept write : writes) {
            try {
                look(with, write, epoch.get());
            } catch (AdminException e) {
                obstacle = Optional.of(e.failure());
                if (concernsAll(e.failure())) {
                    break;
                }
                LOG.debug(
                        "lost_write_not_looked_for key={} reason={}",
                        write.place().key().text(),
                        e.failure().reasonName());
            }
        }
        // A later look tries again: at first the next one, then ever fewer.
        obstacle.ifPresent(failure -> looksToSkip = Math.min(MOST_SKIPPED, failures++));
        if (obstacle.isEmpty()) {
            failures = 0;
        }
        note(obstacle.map(AdminFailure::reasonName).orElse(""));
    }

    /** Whether none of the other writes can be looked for either: what is wrong is not with one record. */
    private static boolean concernsAll(AdminFailure failure) {
        return failure instanceof StoreFailed failed
                && (failed.reason() == Reason.STORE_UNAVAILABLE || failed.reason() == Reason.STALE_STATE);
    }

    private void look(Redo with, Journal.Kept write, String epoch) {
        Optional<StoredRecord> record = with.store().read(write.place().key());
        if (record.isEmpty()) {
            gone(write, "its record is not there");
        } else if (!with.isAsNarrow(write, record.get()) && !hasEvent(with, write)) {
            again(with, write, record.get());
        }
        journal.found(write, epoch);
    }

    private void again(Redo with, Journal.Kept write, StoredRecord found) {
        Journal.Place place = write.place();
        try {
            with.again(write);
        } catch (AdminException e) {
            if (e.failure() instanceof StoreFailed || e.failure() instanceof AdminFailure.LostRace) {
                // It may be there by now, or can be made later.
                throw e;
            }
            gone(write, e.failure().reasonName());
            return;
        }
        observer.lost(Outcome.AGAIN);
        LOG.warn(
                "lost_write_made_again kind={} name={} key={} made={} version={} found_version={}",
                write.command().kind().rpc(),
                write.command().name(),
                place.key().text(),
                write.time(),
                place.version(),
                found.version());
    }

    private void gone(Journal.Kept write, String why) {
        observer.lost(Outcome.GONE);
        LOG.warn(
                "lost_write_not_made_again kind={} name={} key={} made={} reason={}",
                write.command().kind().rpc(),
                write.command().name(),
                write.place().key().text(),
                write.time(),
                why);
    }

    private static boolean hasEvent(Redo with, Journal.Kept write) {
        Journal.Place place = write.place();
        HistoryChain chain = new HistoryChain(place.key());
        return with.store().events(place.key(), place.event().count(), 1).stream()
                .anyMatch(event -> chain.hash(event).equals(place.event().hash()));
    }

    /** Each obstacle is logged once, when it comes; empty text for none. */
    private void note(String obstacle) {
        if (!obstacle.isEmpty() && !obstacle.equals(lastObstacle)) {
            LOG.warn("lost_writes_not_looked_for reason={}", obstacle);
        }
        lastObstacle = obstacle;
    }
}
