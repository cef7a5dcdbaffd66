package io.keywarden.testkit;

/** Threads that a test started. */
public final class Threads {
    private Threads() {}

    /** Waits until a thread has ended. */
    public static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
