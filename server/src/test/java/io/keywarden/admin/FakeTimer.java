package io.keywarden.admin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A timer whose time is over at once, unless it is told to wait. */
final class FakeTimer implements Answers.Timer {
    private final List<Later> tasks = new ArrayList<>();
    private boolean waits;

    private record Later(Duration delay, Runnable task) {}

    /** Lets tasks wait until {@link #fire}. */
    synchronized void waits() {
        waits = true;
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Later later = new Later(delay, task);
        synchronized (this) {
            if (waits) {
                tasks.add(later);
                return () -> cancel(later);
            }
        }
        task.run();
        return () -> {};
    }

    /** How long each waiting task waits. */
    synchronized List<Duration> delays() {
        return tasks.stream().map(Later::delay).toList();
    }

    /** Runs all that waits. */
    void fire() {
        List<Later> due;
        synchronized (this) {
            due = List.copyOf(tasks);
            tasks.clear();
        }
        due.forEach(later -> later.task().run());
    }

    private synchronized void cancel(Later later) {
        tasks.remove(later);
    }
}
