package io.keywarden.cache;

import io.keywarden.cache.Entry.Known;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hits that grew old and are to be read again. No check waits for them, so they gather for a moment and are sent together: a
 * read that is sent alone wakes the connection's thread, and makes calls of the system, for itself. Safe for use by several
 * threads.
 */
final class Refreshes {
    /** Nothing beside the minute that a hit is old by then. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    /** Bounded by what is known: an entry waits once. */
    private final Queue<Due> due = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean awaited = new AtomicBoolean();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Executor soon;
    private final int most;
    private final Sending sending;

    private record Due(Item item, Known known) {}

    /** Sends a read. */
    @FunctionalInterface
    interface Sending {
        /** Reads something again, if it is still what is known. Never blocks, never throws; completes on whatever thread, always. */
        CompletableFuture<?> send(Item item, Known known);
    }

    /**
     * Makes one.
     *
     * @param soon runs what it is given a little later; must not refuse it
     * @param most how many wait for their answers at most, so that checks have room for their reads
     */
    Refreshes(Executor soon, int most, Sending sending) {
        this.soon = soon;
        this.most = Math.max(1, most);
        this.sending = sending;
    }

    /** Runs things after the pause. */
    static Executor afterPause() {
        return CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, Runnable::run);
    }

    /** Has a hit read again soon, once. */
    void add(Item item, Known known) {
        if (known.beginWaiting()) {
            due.add(new Due(item, known));
            await();
        }
    }

    private void await() {
        if (awaited.compareAndSet(false, true)) {
            soon.execute(this::send);
        }
    }

    private void send() {
        // First, so that what is added from now on is awaited anew.
        awaited.set(false);
        while (unanswered.get() < most) {
            Due next = due.poll();
            if (next == null) {
                return;
            }
            unanswered.incrementAndGet();
            // In a stage from the start: whatever is thrown, it is counted as answered.
            CompletableFuture<?> unused = CompletableFuture.completedFuture(next)
                    .thenCompose(it -> sending.send(it.item(), it.known()))
                    .whenComplete((answer, failure) -> answered(next.known()));
        }
    }

    private void answered(Known known) {
        // Where the read told nothing, it is to be asked for again.
        known.endWaiting();
        unanswered.decrementAndGet();
        if (!due.isEmpty()) {
            await();
        }
    }
}
