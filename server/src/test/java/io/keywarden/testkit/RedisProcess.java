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
    private @Nullable ChildProcess child;

    private RedisProcess(Path folder, int port, List<String> arguments) {
        this.binary = Binaries.redis();
        this.folder = folder;
        this.port = port;
        this.arguments = List.copyOf(arguments);
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
        try {
            Path folder = Files.createTempDirectory("keywarden-redis-");
            RedisProcess redis = new RedisProcess(folder, port, arguments);
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

    /** Starts the server again on the same port and folder, and waits until it has loaded its data. */
    public void restart() {
        kill();
        List<String> command = new ArrayList<>(List.of(binary.path().toString()));
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
