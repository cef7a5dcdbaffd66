package io.keywarden.testkit;

import io.keywarden.process.BinaryLookup.Located;
import io.keywarden.process.ChildProcess;
import io.keywarden.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Redis server of a test's own, as a process with a folder and a port that it keeps through restarts.
 *
 * <p>One thread uses it at a time.
 */
public final class RedisProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Located binary;
    private final Path folder;
    private final int port;
    private final List<String> arguments;
    private final boolean fullDisks;
    private @Nullable ChildProcess child;

    private RedisProcess(Path folder, int port, List<String> arguments, boolean fullDisks) {
        this.binary = Binaries.redis();
        this.folder = folder;
        this.port = port;
        this.arguments = List.copyOf(arguments);
        this.fullDisks = fullDisks;
    }

    /** A server that keeps nothing: gone is gone. */
    public static RedisProcess inMemory() {
        return started("--save", "", "--appendonly", "no");
    }

    /** A server that has each write on disk before it answers, so that a kill and a restart lose nothing. */
    public static RedisProcess durable() {
        return started("--save", "", "--appendonly", "yes", "--appendfsync", "always");
    }

    /** A server with its own arguments on top of port, folder and address. */
    public static RedisProcess started(String... arguments) {
        try {
            return onPort(Ports.free(1).get(0), List.of(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server on a port that was chosen for it. */
    static RedisProcess onPort(int port, List<String> arguments) {
        return start(port, arguments, false);
    }

    /** A server whose disk {@link #fillDisk} can fill. */
    public static RedisProcess withADiskToFill(String... arguments) {
        try {
            return start(Ports.free(1).get(0), List.of(arguments), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RedisProcess start(int port, List<String> arguments, boolean fullDisks) {
        try {
            Path folder = Files.createTempDirectory("keywarden-redis-");
            RedisProcess redis = new RedisProcess(folder, port, arguments, fullDisks);
            redis.restart();
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    public String version() {
        return binary.version();
    }

    public int majorVersion() {
        return binary.majorVersion();
    }

    /** The folder with the server's log and its files, empty of any after {@link #close}. */
    public Path folder() {
        return folder;
    }

    /** The number of the running process, for a signal that this class has no method for. */
    public long pid() {
        if (child == null) {
            throw new IllegalStateException("Redis on port " + port + " is not running (expected: restart first)");
        }
        return child.pid();
    }

    /** Whether it was started and has not ended. */
    public boolean isRunning() {
        return child != null && child.isAlive();
    }

    /** Ends the server with no chance to say goodbye. */
    public void kill() {
        if (child != null) {
            try {
                child.kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            child = null;
        }
    }

    /** From now on no file grows, until {@link #emptyDisk} or a restart: a write ends after some bytes, or fails. */
    public void fillDisk() {
        try (Stream<Path> files = Files.walk(folder.resolve("appendonlydir"))) {
            long longest = files.filter(file -> file.toString().endsWith(".incr.aof"))
                    .mapToLong(file -> file.toFile().length())
                    .max()
                    .orElseThrow();
            limitFiles(Long.toString(longest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** There is room again. */
    public void emptyDisk() {
        limitFiles("unlimited");
    }

    private void limitFiles(String bytes) {
        try {
            int status = new ProcessBuilder("prlimit", "--pid", Long.toString(pid()), "--fsize=" + bytes + ":")
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("prlimit: " + status + " (expected: 0)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Starts the server again on the same port and folder, and waits until it has loaded its data. */
    public void restart() {
        kill();
        List<String> command = new ArrayList<>(List.of(binary.path().toString()));
        if (fullDisks) {
            // Else the first write beyond a limit ends it by a signal, which no full disk does.
            command.addAll(0, List.of("sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"));
        }
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--dir", folder.toString()));
        command.addAll(arguments);
        Path log = folder.resolve("redis.log");
        try {
            ChildProcess started =
                    ChildProcess.start(new ChildProcess.Launch(command, Map.of(), log, folder.resolve("redis.pid")));
            child = started;
            awaitPong(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one command on a connection of its own, and returns the reply as redis-cli would print it. */
    public String command(String... words) {
        try (RespConnection connection = RespConnection.to(port)) {
            return connection.command(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void flushAll() {
        String reply = command("FLUSHALL");
        if (!reply.equals("OK")) {
            throw new IllegalStateException("FLUSHALL: " + reply + " (expected: OK)");
        }
    }

    @Override
    public void close() {
        kill();
        TemporaryFolders.delete(folder);
    }

    private void awaitPong(ChildProcess started) {
        Eventually.within(START_LIMIT, () -> {
            if (!started.isAlive()) {
                throw new IllegalStateException("Redis ended: " + Files.readString(started.log()));
            }
            String reply = command("PING");
            if (!reply.equals("PONG")) {
                throw new IllegalStateException("PING: " + reply + " (expected: PONG)");
            }
        });
    }
}
