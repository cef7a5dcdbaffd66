package io.keywarden.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** An assertion that has to stay true for a time, such as through an outage. */
public final class Consistently {

    private Consistently() {}

    /** Tries again and again until the time is over; the first failure is the test's. */
    public static void during(Duration time, Eventually.Assertion assertion) {
        long start = System.nanoTime();
        do {
            try {
                assertion.check();
            } catch (Exception | AssertionError e) {
                long elapsedMillis = Duration.ofNanos(System.nanoTime() - start).toMillis();
                throw new AssertionError("stopped holding after " + elapsedMillis + " ms: " + e.getMessage(), e);
            }
            LockSupport.parkNanos(Eventually.PAUSE_NANOS);
        } while (System.nanoTime() - start < time.toNanos()
                && !Thread.currentThread().isInterrupted());
    }
}
