package io.keywarden.app;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.keywarden.process.ChildProcess;
import io.keywarden.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged program as a process, in a folder of its own. */
final class ServeProcess implements AutoCloseable {
    private final Path folder;
    private final List<Integer> ports;
    private final List<ChildProcess> children = new ArrayList<>();

    ServeProcess(Path folder) throws IOException {
        this.folder = folder;
        this.ports = Ports.free(3);
        if (run("init-keys", "--out", folder.resolve("keys").toString()).exitCode() != 0) {
            throw new IOException("no keys");
        }
    }

    /** What a command that ends came to. */
    record Result(int exitCode, String output) {}

    int check() {
        return ports.get(0);
    }

    int admin() {
        return ports.get(1);
    }

    int metrics() {
        return ports.get(2);
    }

    /** Writes a configuration: the ports, the keys, this Redis, and what a test adds. */
    Path config(String redisUri, String checkMore, String adminMore) {
        String yaml = """
                check: {listen: 127.0.0.1:%d%s}
                admin: {listen: 127.0.0.1:%d, state_dir: state, durability: demo%s}
                metrics: {listen: 127.0.0.1:%d}
                redis: {url: %s, minimum_version: 6.2, timeout: 1s}
                keys: {file: keys/admin.keys}
                """.formatted(check(), checkMore, admin(), adminMore, metrics(), redisUri);
        try {
            return Files.writeString(folder.resolve("keywarden.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts {@code serve} and does not wait for anything. */
    ChildProcess serve(Path config) {
        return start("serve", "--config", config.toString());
    }

    /** Runs a command to its end. */
    Result run(String... arguments) {
        try {
            ChildProcess child = start(arguments);
            int exit = child.exit().get(60, TimeUnit.SECONDS);
            return new Result(exit, Files.readString(child.log()));
        } catch (Exception e) {
            throw new AssertionError("the command did not end: " + List.of(arguments), e);
        }
    }

    private ChildProcess start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("keywarden.jar", "target/keywarden.jar")));
        command.addAll(List.of(arguments));
        String name = "process-" + children.size();
        try {
            ChildProcess child = ChildProcess.start(new ChildProcess.Launch(
                    command, Map.of(), folder.resolve(name + ".log"), folder.resolve(name + ".pid")));
            children.add(child);
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer of an HTTP probe. */
    HttpResponse<String> probe(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics() + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** The gRPC health of a role at a port. */
    static ServingStatus health(int port, String role, ChannelCredentials credentials) {
        ManagedChannel channel = Grpc.newChannelBuilderForAddress("127.0.0.1", port, credentials)
                .overrideAuthority("localhost")
                .proxyDetector(address -> null)
                .build();
        try {
            return HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(5, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.newBuilder().setService(role).build())
                    .getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    @Override
    public void close() throws IOException {
        for (ChildProcess child : children) {
            child.close();
        }
    }
}
