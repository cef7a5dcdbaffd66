package io.keywarden.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Short-lived commands: found on a path, run to their end within a limit. */
final class Commands {
    /** Enough for a version line and for the last words of a failed download. */
    private static final int OUTPUT_LIMIT = 64 * 1024;

    private Commands() {}

    /** Exit code and the start of what was printed to either stream; code -1 when it could not run or not end. */
    record Result(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }

        /** The last line that is not blank, as the shortest account of what went wrong. */
        String lastLine() {
            return output.lines()
                    .filter(line -> !line.isBlank())
                    .reduce("", (first, second) -> second)
                    .strip();
        }
    }

    /** Runs a command with the given environment and nothing on standard input, and ends it when the limit is over. */
    static Result run(List<String> command, Map<String, String> environment, Duration limit)
            throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        }
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> drain(process.getInputStream()));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Result(-1, "no end after " + limit.toSeconds() + " s");
            }
            return new Result(process.exitValue(), output.get(1, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return new Result(process.exitValue(), "");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** The first executable file of that name in the folders of {@code PATH}. */
    static Optional<Path> onPath(String name, Map<String, String> environment) {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .flatMap(folder -> asPath(folder).stream())
                .map(folder -> folder.resolve(name).toAbsolutePath())
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    static Optional<Path> asPath(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static String drain(InputStream in) {
        try (in) {
            byte[] head = in.readNBytes(OUTPUT_LIMIT);
            in.transferTo(OutputStream.nullOutputStream());
            return new String(head, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
