package io.keywarden.testkit;

import io.keywarden.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One Redis Sentinel as a process, with a folder of its own. */
final class SentinelProcess implements AutoCloseable {
    private final Path folder;
    private final int port;
    private final String source;
    private final ChildProcess child;

    private SentinelProcess(Path folder, int port, String source, ChildProcess child) {
        this.folder = folder;
        this.port = port;
        this.source = source;
        this.child = child;
    }

    /** Starts one with these lines in its configuration. */
    static SentinelProcess start(int number, List<String> lines) {
        int port = RedisNode.freePort();
        String source = RedisNode.source(number);
        List<String> all = new ArrayList<>(List.of(
                "port " + port,
                "bind 127.0.0.1",
                "bind-source-addr " + source,
                "sentinel announce-ip 127.0.0.1",
                "sentinel announce-port " + port));
        all.addAll(lines);
        try {
            Path folder = Files.createTempDirectory("keywarden-sentinel-");
            Path config = Files.write(folder.resolve("sentinel.conf"), all);
            List<String> command = List.of(Binaries.redis().path().toString(), config.toString(), "--sentinel");
            ChildProcess child = ChildProcess.start(new ChildProcess.Launch(
                    command, Map.of(), folder.resolve("sentinel.log"), folder.resolve("sentinel.pid")));
            return new SentinelProcess(folder, port, source, child);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    String source() {
        return source;
    }

    String command(String... words) {
        try (RespConnection connection = RespConnection.to(port)) {
            return connection.command(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it says of the master of that name. */
    Map<String, String> facts(String name) {
        List<String> words = command("SENTINEL", "MASTER", name).lines().toList();
        Map<String, String> facts = new LinkedHashMap<>();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            facts.put(words.get(i), words.get(i + 1));
        }
        return facts;
    }

    @Override
    public void close() {
        try {
            child.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        TemporaryFolders.delete(folder);
    }
}
