package io.keywarden.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals to processes that a test started. */
public final class Signals {
    private Signals() {}

    /** Stops a process where it is; its connections stay open, and new ones are accepted by the kernel. */
    public static void stop(long pid) {
        send("-STOP", pid);
    }

    /** Lets a stopped process go on. */
    public static void resume(long pid) {
        send("-CONT", pid);
    }

    private static void send(String signal, long pid) {
        try {
            int status = new ProcessBuilder("kill", signal, Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill " + signal + " " + pid + ": " + status + " (expected: 0)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
