package io.keywarden.chaos;

import io.keywarden.chaos.History.Answer;
import io.keywarden.chaos.History.Check;
import io.keywarden.chaos.History.Write;
import io.keywarden.testkit.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Checks all tokens many times a second, and takes rights away and gives them back, as it is told. Everything goes into the
 * history. It is told by one thread.
 */
final class Load implements AutoCloseable {
    private static final Duration RETRY = Duration.ofMillis(20);
    /** Longer than any check waits. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(10);
    /** How many checks of one token may wait for their answers; more are not sent. */
    private static final int MOST_WAITING = 3_000;
    /** A token of whose checks more wait for their answers is behind. */
    private static final int MOST_UNDER_WAY = 20;

    private final Parties parties;
    private final History history;
    private final List<Target> live;
    private final List<Target> written;
    private final long periodNanos;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;
    private volatile boolean cycling;
    private volatile boolean checking = true;

    /**
     * Who takes part.
     *
     * @param sidecar is asked
     * @param writer writes
     */
    record Parties(Sidecar sidecar, Writer writer) {}

    /** A token, and what is known of it. */
    private static final class Target {
        private final Subject subject;
        private final AtomicInteger waiting = new AtomicInteger();
        /** When the latest check began that was allowed. */
        private final AtomicLong allowedAt;
        /** When the latest check began that was not. */
        private final AtomicLong refusedAt;
        /** When the latest promise has to hold. */
        private volatile long effective;
        /** Whether it was taken away without a promise. */
        private volatile boolean unpromised;

        Target(Subject subject, long now) {
            this.subject = subject;
            this.allowedAt = new AtomicLong(now - Long.MAX_VALUE / 2);
            this.refusedAt = new AtomicLong(now - Long.MAX_VALUE / 2);
            this.effective = now;
        }

        boolean allowedSince(long nanos) {
            return allowedAt.get() - nanos >= 0;
        }
    }

    /**
     * Takes what to check.
     *
     * @param live tokens that are never written to
     * @param written tokens that are
     * @param perSecond how often each token is checked a second
     */
    Load(Parties parties, History history, List<Subject> live, List<Subject> written, int perSecond) {
        this.parties = parties;
        this.history = history;
        long now = System.nanoTime();
        this.live = live.stream().map(subject -> new Target(subject, now)).toList();
        this.written = written.stream().map(subject -> new Target(subject, now)).toList();
        this.periodNanos = 1_000_000_000L / perSecond;
    }

    /** Begins to check. */
    void start() {
        List<Target> all = new ArrayList<>(live);
        all.addAll(written);
        thread("checks", () -> checkAll(all));
        for (Target target : written) {
            thread("writes", () -> cycle(target));
        }
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, "chaos-" + name + "-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void checkAll(List<Target> all) {
        long next = System.nanoTime();
        while (!ended) {
            for (Target target : checking ? all : live) {
                check(target);
            }
            next += periodNanos;
            long now = System.nanoTime();
            if (next - now < 0) {
                next = now;
            }
            LockSupport.parkNanos(next - now);
        }
    }

    private void check(Target target) {
        if (target.waiting.get() >= MOST_WAITING) {
            return;
        }
        target.waiting.incrementAndGet();
        long start = System.nanoTime();
        parties.sidecar().check(target.subject.request(), answer -> {
            long end = System.nanoTime();
            history.checked(target.subject.name(), new Check(start, end, answer));
            AtomicLong latest = answer == Answer.ALLOW ? target.allowedAt : target.refusedAt;
            latest.accumulateAndGet(start, Math::max);
            // Last: who sees that none waits finds all of them in the history.
            target.waiting.decrementAndGet();
        });
    }

    /** Whether tokens that are written to are checked, from now on. */
    void checkWritten(boolean on) {
        checking = on;
    }

    /** Whether rights come and go all the time, from now on. */
    void cycle(boolean on) {
        cycling = on;
    }

    private void cycle(Target target) {
        while (!ended) {
            if (cycling) {
                long since = System.nanoTime();
                if (enable(target)) {
                    await(Duration.ofSeconds(3), () -> target.allowedSince(since) || !cycling);
                    pause(Duration.ofMillis(ThreadLocalRandom.current().nextInt(300)));
                }
                while (!ended && cycling && !disable(target)) {
                    pause(RETRY);
                }
                await(Duration.ofSeconds(5), () -> System.nanoTime() - target.effective > 20_000_000);
            }
            pause(RETRY);
        }
    }

    /** Gives all rights back, and waits until all tokens are allowed. */
    void enableAll(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        long since = System.nanoTime();
        together(target -> tryUntil(deadline, () -> enable(target)));
        for (Target target : written) {
            if (!await(Duration.ofNanos(deadline - System.nanoTime()), () -> target.allowedSince(since))) {
                throw new AssertionError(target.subject + " is not allowed within " + limit);
            }
        }
    }

    /** Waits until all tokens that are written to are allowed by checks that begin from now on. */
    boolean awaitWritten(Duration limit) {
        long since = System.nanoTime();
        return await(limit, () -> written.stream().allMatch(target -> target.allowedSince(since)));
    }

    /** Takes all rights away, each as soon as that can be promised, and waits until all promises have to hold. */
    void disableAll(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        together(target -> tryUntil(deadline, () -> disable(target) || giveBack(target)));
        for (Target target : written) {
            await(limit, () -> System.nanoTime() - target.effective > 0);
        }
    }

    /** So that it can be taken away again: what was taken without a promise is promised no more, however often one asks. */
    private boolean giveBack(Target target) {
        boolean unused = target.unpromised && enable(target);
        return false;
    }

    /** Tries to take all rights away, once each, and returns how often that was promised. */
    int disableAllOnce() {
        AtomicInteger promised = new AtomicInteger();
        together(target -> promised.addAndGet(disable(target) ? 1 : 0));
        return promised.get();
    }

    private void tryUntil(long deadline, BooleanSupplier write) {
        while (!ended && !write.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("no write was taken in time");
            }
            pause(RETRY);
        }
    }

    private void together(Consumer<Target> work) {
        AtomicBoolean failed = new AtomicBoolean();
        List<Thread> all = new ArrayList<>();
        for (Target target : written) {
            Thread thread = new Thread(() -> work.accept(target), "chaos-together");
            thread.setUncaughtExceptionHandler((any, failure) -> failed.set(true));
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            Threads.join(thread);
        }
        if (failed.get()) {
            throw new AssertionError("not every write was made in time");
        }
    }

    private boolean enable(Target target) {
        long start = System.nanoTime();
        Writer.Result result = parties.writer().enable(target.subject);
        // What is not known to be made may be made: so it ends a promise, and not more than that.
        history.wrote(target.subject.name(), new Write(start, System.nanoTime(), false, true, OptionalLong.empty()));
        return result.made();
    }

    private boolean disable(Target target) {
        long start = System.nanoTime();
        Writer.Result result = parties.writer().disable(target.subject);
        OptionalLong effective = History.monotonic(result.effective(), Instant.now(), System.nanoTime());
        history.wrote(target.subject.name(), new Write(start, System.nanoTime(), true, true, effective));
        effective.ifPresent(time -> target.effective = time);
        target.unpromised = result.made() && effective.isEmpty();
        return result.made() && effective.isPresent();
    }

    /** Waits until a live token is allowed by a check that begins from now on. */
    boolean awaitLive(Duration limit) {
        long since = System.nanoTime();
        return await(limit, () -> live.stream().allMatch(target -> target.allowedSince(since)));
    }

    /** Waits until every check of a live token was allowed for a while: a process that just started is slow. */
    boolean awaitSteady(Duration quiet, Duration limit) {
        long since = System.nanoTime();
        return await(limit, () -> {
            long begun = System.nanoTime() - quiet.toNanos();
            return begun - since > 0
                    && live.stream()
                            .allMatch(target -> target.allowedSince(begun)
                                    && target.refusedAt.get() - begun < 0
                                    && target.waiting.get() <= MOST_UNDER_WAY);
        });
    }

    static boolean await(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause(Duration.ofMillis(1));
        }
        return true;
    }

    static void pause(Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Ends the load; returns when all of its threads have ended, and each check has its answer or had time for it. */
    @Override
    public void close() {
        ended = true;
        threads.forEach(Threads::join);
        // Whoever closes the sidecar next would make refusals of those that wait.
        boolean unused = await(
                LAST_ANSWERS,
                () -> Stream.concat(live.stream(), written.stream()).allMatch(target -> target.waiting.get() == 0));
    }
}
