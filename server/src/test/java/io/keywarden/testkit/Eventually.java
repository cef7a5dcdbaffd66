package io.keywarden.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An assertion that has to become true within a time. */
public final class Eventually {
    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Eventually() {}

    /** An assertion, which fails by throwing an {@link AssertionError} or any exception. */
    @FunctionalInterface
    public interface Assertion {
        void check() throws Exception;
    }

    /** Tries until the assertion holds; when the time is over, its last failure is the test's. */
    public static void within(Duration limit, Assertion assertion) {
        within(limit, () -> {
            assertion.check();
            return true;
        });
    }

    /** Tries until the value can be had, and returns it. */
    public static <T> T within(Duration limit, Callable<T> value) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return value.call();
            } catch (Exception | AssertionError e) {
                if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                    throw new AssertionError("still failing after " + limit.toMillis() + " ms: " + e.getMessage(), e);
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
