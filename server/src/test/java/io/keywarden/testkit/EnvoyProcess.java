package io.keywarden.testkit;

import io.keywarden.process.BinaryLookup.Located;
import io.keywarden.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A real Envoy of a test's own, ready to serve.
 *
 * <p>Its configuration may name port 0 for Envoy's admin pages and for every listener.
 */
public final class EnvoyProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();

    private final Path folder;
    private final Located binary;
    private final ChildProcess child;

    private EnvoyProcess(Path folder, Located binary, ChildProcess child) {
        this.folder = folder;
        this.binary = binary;
        this.child = child;
    }

    /** Starts Envoy with a configuration; a relative path in it starts at the folder where the test runs. */
    public static EnvoyProcess start(String yaml) {
        try {
            Located binary = Binaries.envoy();
            Path folder = Files.createTempDirectory("keywarden-envoy-");
            Path config = folder.resolve("envoy.yaml");
            Files.writeString(config, yaml);
            List<String> command = List.of(
                    binary.path().toString(),
                    "--config-path",
                    config.toString(),
                    "--admin-address-path",
                    folder.resolve("admin-address").toString(),
                    "--concurrency",
                    "1",
                    // Two Envoys of one machine would else share memory, and the second would not start.
                    "--disable-hot-restart",
                    "--file-flush-interval-msec",
                    "100");
            ChildProcess child = ChildProcess.start(new ChildProcess.Launch(
                    command, Map.of(), folder.resolve("envoy.log"), folder.resolve("envoy.pid")));
            EnvoyProcess envoy = new EnvoyProcess(folder, binary, child);
            envoy.awaitReady();
            return envoy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code envoy --mode validate} says about a configuration: empty when it is good. */
    public static String validate(String yaml) {
        try {
            Path folder = Files.createTempDirectory("keywarden-envoy-");
            Path config = folder.resolve("envoy.yaml");
            Files.writeString(config, yaml);
            List<String> command = List.of(
                    Binaries.envoy().path().toString(), "--mode", "validate", "--config-path", config.toString());
            try (ChildProcess child = ChildProcess.start(new ChildProcess.Launch(
                    command, Map.of(), folder.resolve("envoy.log"), folder.resolve("envoy.pid")))) {
                int exitCode = child.exit().join();
                return exitCode == 0 ? "" : Files.readString(child.log());
            } finally {
                TemporaryFolders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String version() {
        return binary.version();
    }

    /** Everything that Envoy wrote, its access log among it. */
    public String log() {
        try {
            return Files.readString(child.log(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address on which a listener of the configuration really listens, as {@code host:port}. */
    public String listener(String name) {
        String prefix = name + "::";
        return admin("/listeners")
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("listener: " + name + " (expected: one of the configuration)"));
    }

    /** A counter or gauge by its full name; 0 when Envoy has not counted it yet. */
    public long stat(String name) {
        String prefix = name + ": ";
        return admin("/stats")
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> Long.parseLong(line.substring(prefix.length()).strip()))
                .findFirst()
                .orElse(0L);
    }

    /** The body of one of Envoy's admin pages. */
    public String admin(String path) {
        try {
            String address = Files.readString(folder.resolve("admin-address"), StandardCharsets.UTF_8)
                    .strip();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                    .timeout(CALL_LIMIT)
                    .build();
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException(path + ": " + response.statusCode() + " (expected: 200)");
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking Envoy for " + path, e);
        }
    }

    @Override
    public void close() {
        try {
            child.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            TemporaryFolders.delete(folder);
        }
    }

    private void awaitReady() {
        try {
            Eventually.within(START_LIMIT, () -> {
                if (child.isAlive()) {
                    admin("/ready");
                }
            });
        } catch (AssertionError e) {
            String log = log();
            close();
            throw new AssertionError("Envoy did not get ready: " + log, e);
        }
        if (!child.isAlive()) {
            String log = log();
            close();
            throw new AssertionError("Envoy ended: " + log);
        }
    }
}
