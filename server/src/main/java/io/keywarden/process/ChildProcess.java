package io.keywarden.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that we started and that we end: its output goes to a log file, its number to a pid file.
 *
 * <p>The pid file outlives us when we are killed, so that the next run can {@link #reap} what was left over.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Process process;
    private final Launch launch;

    private ChildProcess(Process process, Launch launch) {
        this.process = process;
        this.launch = launch;
    }

    /**
     * What to start, and where it leaves its traces.
     *
     * @param command the program and its arguments
     * @param environment variables set on top of ours
     * @param log file that both output streams are added to
     * @param pidFile file that says which process it is, while it runs
     */
    public record Launch(List<String> command, Map<String, String> environment, Path log, Path pidFile) {

        public Launch {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
            requireNonNull(log, "log");
            requireNonNull(pidFile, "pidFile");
        }
    }

    /** What became of a process of an earlier run. */
    public enum Reaped {
        /** There was no readable pid file. */
        NOTHING_RECORDED,
        /** The process had ended, or its number belongs to another one now, which was left alone. */
        ALREADY_GONE,
        /** The process was still there, and was ended. */
        ENDED
    }

    public static ChildProcess start(Launch launch) throws IOException {
        createFolder(launch.log());
        createFolder(launch.pidFile());
        ProcessBuilder builder = new ProcessBuilder(launch.command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
        builder.environment().putAll(launch.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        Optional<PidFile> record = PidFile.of(process.toHandle());
        if (record.isPresent()) {
            record.get().write(launch.pidFile());
        }
        return new ChildProcess(process, launch);
    }

    /**
     * Ends what an earlier run left behind, and takes its pid file away.
     *
     * <p>Only a process of the recorded number, start time and program is touched.
     */
    public static Reaped reap(Path pidFile) throws IOException, InterruptedException {
        Optional<PidFile> record = PidFile.read(pidFile);
        Optional<ProcessHandle> leftOver = record.flatMap(PidFile::process);
        if (leftOver.isPresent()) {
            end(leftOver.get(), GRACE);
        }
        Files.deleteIfExists(pidFile);
        if (record.isEmpty()) {
            return Reaped.NOTHING_RECORDED;
        }
        return leftOver.isPresent() ? Reaped.ENDED : Reaped.ALREADY_GONE;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public Path log() {
        return launch.log();
    }

    /** Completes with the exit code when the process has ended, however it did. */
    public CompletableFuture<Integer> exit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** Asks the process to end, waits that long, then kills it; returns its exit code. */
    public int stop(Duration grace) throws IOException, InterruptedException {
        end(process.toHandle(), grace);
        int exitCode = process.waitFor();
        Files.deleteIfExists(launch.pidFile());
        return exitCode;
    }

    /** Ends the process at once, as a crash would, and leaves its pid file. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Stops with the usual grace; an interrupt kills at once. */
    @Override
    public void close() throws IOException {
        try {
            stop(GRACE);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void end(ProcessHandle process, Duration grace) throws InterruptedException {
        process.destroy();
        if (!endsWithin(process, grace)) {
            process.destroyForcibly();
            endsWithin(process, GRACE);
        }
    }

    private static boolean endsWithin(ProcessHandle process, Duration limit) throws InterruptedException {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private static void createFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
    }
}
