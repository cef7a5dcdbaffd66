package io.keywarden.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, within a time. */
final class Tool {
    private Tool() {}

    /**
     * Runs a program and returns what it printed, standard error included.
     *
     * @throws IOException if it fails, or takes too long, and then it is ended
     */
    static String run(Duration limit, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("keywarden-bench-", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException(command.get(0) + " runs longer than " + limit);
                }
            } finally {
                process.destroyForcibly();
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(command.get(0) + " ended with " + process.exitValue() + ": " + text.strip());
            }
            return text;
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** The first line of what a program prints, or why there is none. */
    static String firstLine(List<String> command) throws InterruptedException {
        try {
            return run(Duration.ofSeconds(20), command)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
