package io.keywarden.check;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Gives answers later, on a thread of its own: the one that the JDK has for this ends reads that take too long. */
final class HeldAnswers {
    private static final ScheduledExecutorService THREAD = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "held-answers");
        thread.setDaemon(true);
        return thread;
    });

    private final WaitingRoom waiting;

    /** Takes the room where checks wait; one that is held back waits there too. */
    HeldAnswers(WaitingRoom waiting) {
        this.waiting = waiting;
    }

    /** Gives an answer after a time, or at once where that is over or there is no room. */
    void give(Runnable answer, Duration after) {
        if (after.isZero() || !waiting.enter()) {
            answer.run();
            return;
        }
        var unused = THREAD.schedule(
                () -> {
                    waiting.leave();
                    answer.run();
                },
                after.toNanos(),
                TimeUnit.NANOSECONDS);
    }
}
