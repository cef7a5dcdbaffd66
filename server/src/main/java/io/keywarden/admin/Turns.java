package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.NewMark;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Lets one Admin at a time do what all of them could. A turn is a mark in the store that must not be there yet and that ends by
 * itself, by the store's clock; nobody prolongs one, so that who was killed is waited for no longer than one turn. It keeps two
 * from doing the same work, and is not what makes the work safe: who was paused in their turn, and goes on after it, is stopped
 * by the records that they read, as each commit compares them.
 */
final class Turns {
    private final AdminStore store;
    private final LongSupplier nanos;

    /**
     * Takes what it works with.
     *
     * @param nanos a clock that never steps, in nanoseconds
     */
    Turns(AdminStore store, LongSupplier nanos) {
        this.store = store;
        this.nanos = nanos;
    }

    /** A turn that was taken. */
    final class Turn {
        private final long end;

        private Turn(long end) {
            this.end = end;
        }

        /** Whether there is time left in it. */
        boolean lasts() {
            return nanos.getAsLong() - end < 0;
        }
    }

    /**
     * Takes the next turn; empty where somebody has one.
     *
     * @param what for what, in letters and digits
     * @param length how long it is
     */
    Optional<Turn> take(String what, Duration length) {
        // Counted from before it was asked for: the store's count begins later.
        long end = nanos.getAsLong() + length.toNanos();
        Commit commit = new Commit(
                new SlotTag(what),
                Commit.Urgency.GROWS,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.of(new NewMark(what, ByteString.EMPTY, length)));
        return store.tryCommit(commit) instanceof Outcome.Committed ? Optional.of(new Turn(end)) : Optional.empty();
    }
}
