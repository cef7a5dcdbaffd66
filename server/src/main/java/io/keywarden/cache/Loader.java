package io.keywarden.cache;

import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.cache.Entry.Answer;
import io.keywarden.cache.Entry.Known;
import io.keywarden.cache.Entry.Reading;
import io.keywarden.cache.Fetcher.Settled;
import io.keywarden.policy.Reason;
import io.keywarden.store.CatalogLoader;
import io.keywarden.store.Lookup;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads records into generations, and decides what is kept of them. Who asks for what is being read already waits for that
 * read. Never blocks. Safe for use by several threads.
 */
final class Loader {
    private final NearCache.Needs needs;
    private final LongSupplier nanoClock;
    private final Fetcher fetcher;

    /** Whether one more read may be sent. */
    interface Leave {
        /** Takes it; answers which bound it meets, if one. */
        Optional<Event> take();
    }

    Loader(NearCache.Needs needs, LongSupplier nanoClock, CatalogLoader catalogs) {
        this.needs = needs;
        this.nanoClock = nanoClock;
        this.fetcher = new Fetcher(needs, catalogs);
    }

    /** Reads something that was not known, or waits for the read of it that is under way. Never completes exceptionally. */
    CompletableFuture<Answer> load(Item item, Routing routing, Leave leave) {
        Generation generation = routing.of(item.key().slot());
        if (generation.entries().get(item.key()) instanceof Known known) {
            long readNanos = known.readNanos();
            if (nanoClock.getAsLong() - readNanos < generation.lease().lengthNanos() / 2) {
                // It came since the caller looked.
                return CompletableFuture.completedFuture(new Answer(known.value(), readNanos));
            }
        }
        return reload(item, routing, leave);
    }

    /** Reads something whether it is known or not, or waits for the read of it that is under way, which costs no leave. */
    CompletableFuture<Answer> reload(Item item, Routing routing, Leave leave) {
        Generation generation = routing.of(item.key().slot());
        if (generation.entries().get(item.key()) instanceof Reading reading) {
            return reading.answer();
        }
        Optional<Event> bound = begin(generation, leave);
        return bound.isPresent() ? refused(bound.get()) : send(item, routing);
    }

    /**
     * Reads a hit again that no check waits for. What reads the same, as nearly all do, keeps its place: putting it there anew
     * makes garbage of what has grown old in the heap. What does not is read once more, behind a placeholder, so that a push
     * in between counts; and where that read tells nothing, it is forgotten. Completes when that is done, always.
     */
    CompletableFuture<?> refresh(Item item, Known known, Routing routing, Leave leave) {
        // Of a catalog one record does not say everything.
        if (item instanceof Item.CatalogItem) {
            return reload(item, routing, leave);
        }
        Generation generation = routing.of(item.key().slot());
        Optional<Event> bound = begin(generation, leave);
        if (bound.isPresent()) {
            return refused(bound.get());
        }
        long sentNanos = nanoClock.getAsLong();
        return fetcher.compare(item, generation, known).thenCompose(found -> {
            if (found == Fetcher.Compared.OTHER && generation.entries().get(item.key()) == known) {
                return readOther(item, known, routing, generation);
            }
            generation.endRead();
            if (found == Fetcher.Compared.SAME) {
                known.readAgain(sentNanos);
                generation.entries().noteUse(item.key());
            }
            return CompletableFuture.completedFuture(null);
        });
    }

    /** Reads what turned out to have been written, on the read that was begun for it. */
    private CompletableFuture<Void> readOther(Item item, Known known, Routing routing, Generation generation) {
        return send(item, routing).thenAccept(answer -> {
            if (answer.value() instanceof Lookup.CannotTell<?>) {
                generation.entries().forget(item.key(), known);
            }
        });
    }

    /** Begins one more read, if the bounds let it; answers which one does not. */
    private static Optional<Event> begin(Generation generation, Leave leave) {
        if (!generation.beginRead()) {
            return Optional.of(Event.IN_FLIGHT_BOUND);
        }
        Optional<Event> bound = leave.take();
        if (bound.isPresent()) {
            generation.endRead();
        }
        return bound;
    }

    /** Sends a read that was begun. */
    private CompletableFuture<Answer> send(Item item, Routing routing) {
        Generation generation = routing.of(item.key().slot());
        while (true) {
            Entry current = generation.entries().get(item.key());
            if (current instanceof Reading reading) {
                // Somebody else was first.
                generation.endRead();
                return reading.answer();
            }
            Reading mine = new Reading(knownHit(current), nanoClock.getAsLong());
            if (generation.entries().begin(item.key(), current, mine)) {
                CompletableFuture<Void> unused = fetcher.fetch(item, routing, generation, mine)
                        .thenAccept(done -> settle(item, generation, mine, done));
                return mine.answer();
            }
        }
    }

    /**
     * Reads something by a read that is not sent before {@code notBefore}. At most one read of a key is under way, and all
     * who wait for it share the next one.
     */
    CompletableFuture<Answer> reloadAfter(Item item, Routing routing, long notBefore, Leave leave) {
        Entry current = routing.of(item.key().slot()).entries().get(item.key());
        if (current instanceof Reading reading && reading.sentNanos() - notBefore < 0) {
            return reading.answer().thenCompose(older -> reloadAfter(item, routing, notBefore, leave));
        }
        return reload(item, routing, leave);
    }

    private CompletableFuture<Answer> refused(Event bound) {
        needs.observer().on(bound);
        Lookup<?> untold = new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, "too many reads: " + bound);
        return CompletableFuture.completedFuture(new Answer(untold, nanoClock.getAsLong()));
    }

    private static Optional<Known> knownHit(@Nullable Entry current) {
        return current instanceof Known known && !isAbsent(known) ? Optional.of(known) : Optional.empty();
    }

    static boolean isAbsent(Known known) {
        return !known.isFound() && known.value() instanceof Lookup.NotFound<?>;
    }

    private void settle(Item item, Generation generation, Reading mine, Settled done) {
        // Not before: what is read and waits for its verification is a read too.
        generation.endRead();
        Entries entries = generation.entries();
        boolean kept = !done.isRedirected() && !(done.value() instanceof Lookup.CannotTell<?>);
        if (kept || done.isRejected()) {
            generation.supersede(item.key());
            learn(item, generation, mine, done);
        } else {
            entries.giveUp(item.key(), mine);
        }
        mine.answer().complete(new Answer(done.value(), mine.sentNanos(), done.untilNanos()));
    }

    /**
     * Puts what a read found in the place of what was known. What is not to be believed, or not understood, is forgotten
     * together with what was known before, so that the next check finds the same and says so.
     */
    private void learn(Item item, Generation generation, Reading mine, Settled done) {
        Known before = mine.known();
        boolean changed = !done.isRedirected()
                && before != null
                && done.fingerprint().isPresent()
                && done.fingerprint().getAsLong() != before.fingerprint();
        // Expected before it is known, so that no push comes between.
        Optional<Generation.Expected> push =
                changed ? Optional.of(generation.expectPush(item.key())) : Optional.empty();
        boolean first;
        if (done.isRejected()) {
            needs.observer().on(Event.REJECTED);
            first = generation.entries().drop(item.key(), mine);
        } else {
            Known known = new Known(
                    done.value(),
                    mine.sentNanos(),
                    done.weight(),
                    done.fingerprint().orElse(0),
                    done.version());
            first = isAbsent(known)
                    ? generation.entries().keepAbsent(item.key(), mine, known)
                    : generation.entries().keepFound(item.key(), mine, known);
        }
        push.ifPresent(expected -> await(generation, expected, first));
    }

    /**
     * A record that reads differently than before has been written: if no push says so within a lease, pushes are lost.
     *
     * @param first whether none had come before the read was settled
     */
    private void await(Generation generation, Generation.Expected push, boolean first) {
        if (!first) {
            boolean unused = generation.isMissing(push);
            return;
        }
        // Right there, and not where records are worked on: it must not be refused.
        CompletableFuture.delayedExecutor(generation.lease().lengthNanos(), TimeUnit.NANOSECONDS, Runnable::run)
                .execute(() -> {
                    if (generation.isMissing(push) && generation.isAlive()) {
                        needs.observer().on(Event.MISSED_PUSH);
                        generation.discard(Reason.STALE_STATE, push.key().text() + " changed and no push said so");
                    }
                });
    }
}
