package io.keywarden.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Tells the user what is done: one line a step, with the time it took, and a sign of life while a step takes long.
 *
 * <p>Steps follow each other on one thread; notes may come from any.
 */
final class Progress implements AutoCloseable {
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);

    private final PrintStream out;
    private final ScheduledExecutorService ticker;

    Progress(PrintStream out) {
        this.out = out;
        this.ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "demo-progress");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Something that takes time and may turn out to be impossible. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws DemoProblem, InterruptedException;
    }

    /** The same, without a result. */
    @FunctionalInterface
    interface Deed {
        void run() throws DemoProblem, InterruptedException;
    }

    void step(String name, Deed deed) throws DemoProblem, InterruptedException {
        step(
                name,
                () -> {
                    deed.run();
                    return "";
                },
                nothing -> nothing);
    }

    /** Does a step; {@code said} makes the result into the rest of its line. */
    <T> T step(String name, Work<T> work, Function<T, String> said) throws DemoProblem, InterruptedException {
        long start = System.nanoTime();
        ScheduledFuture<?> life = ticker.scheduleAtFixedRate(
                () -> note(name + ": still at it after " + seconds(start).strip()),
                SIGN_OF_LIFE.toMillis(),
                SIGN_OF_LIFE.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            T result = work.run();
            line(seconds(start) + "  " + name + said.apply(result));
            return result;
        } finally {
            life.cancel(false);
        }
    }

    /** A line of its own, within a step or between two. */
    void note(String text) {
        line("         " + text);
    }

    void line(String text) {
        synchronized (out) {
            out.println(text);
            out.flush();
        }
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }

    private static String seconds(long start) {
        return String.format(Locale.ROOT, "%5.1f s", (System.nanoTime() - start) / 1e9);
    }
}
