package io.keywarden.cache;

import io.keywarden.cache.Entry.Known;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Hits that grew old and are to be read again. No check waits for them, so they are sent a few at a time: a read of its own
 * for each wakes the connection's thread, and costs three calls of the system. Safe for use by several threads.
 */
final class Refreshes {
    /** How long they gather: nothing beside the minute that a hit is old by then. */
    private static final Duration PAUSE = Duration.ofMillis(10);
    /** How many are sent at a time: a quarter of the reads that may be in flight, so that checks have room for theirs. */
    private static final int MOST = CacheLimits.DEFAULT.readsInFlight() / 4;

    private final Queue<Due> due = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awaited = new AtomicBoolean();
    private final Executor soon;
    private final Consumer<Item> read;

    private record Due(Item item, Known known) {}

    /**
     * Makes one.
     *
     * @param soon runs what it is given a little later; must not refuse it
     * @param read sends one read, without blocking; throws nothing
     */
    Refreshes(Executor soon, Consumer<Item> read) {
        this.soon = soon;
        this.read = read;
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
        for (int sent = 0; sent < MOST; sent++) {
            Due next = due.poll();
            if (next == null) {
                return;
            }
            // Before the read: where that tells nothing, it is to be asked for again.
            next.known().endWaiting();
            read.accept(next.item());
        }
        await();
    }
}
