package io.keywarden.demo;

import io.keywarden.demo.Children.Ended;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Waits for what the demo's processes have to become, for as long as all of them live. */
final class Readiness {
    private static final Duration PAUSE = Duration.ofMillis(50);
    /** Longer than the signal of a terminal needs to reach us too. */
    private static final Duration OWN_END = Duration.ofMillis(300);

    private static final int LOG_LINES = 15;
    private static final int LOG_BYTES = 8 * 1024;

    private final Children children;

    Readiness(Children children) {
        this.children = children;
    }

    /** Waits until the condition holds; when the time is over, the last lines of the log say why it may not. */
    void await(String what, Path log, Duration limit, BooleanSupplier condition)
            throws DemoProblem, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            Optional<Ended> ended = children.ended();
            if (ended.isPresent()) {
                throw new DemoProblem(account(ended.get()));
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new DemoProblem(what + ": not so after " + limit.toSeconds() + " s. " + lastLines(log));
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    /**
     * What to say of a child that ended.
     *
     * @throws InterruptedException if the whole demo is being stopped: ctrl-C reaches all processes of a terminal, and a
     *     child may be gone before we hear of it
     */
    static String account(Ended ended) throws InterruptedException {
        Thread.sleep(OWN_END.toMillis());
        return ended.child().name() + " ended by itself, with exit code " + ended.exitCode() + ". "
                + lastLines(ended.child().process().log());
    }

    private static String lastLines(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - LOG_BYTES);
            byte[] end = new byte[(int) (file.length() - start)];
            file.seek(start);
            file.readFully(end);
            List<String> lines = new String(end, StandardCharsets.UTF_8).lines().toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
            return "The end of " + log + ":\n  " + String.join("\n  ", last);
        } catch (IOException e) {
            return "Its log " + log + " can't be read: " + e;
        }
    }
}
