package io.keywarden.chaos;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.keywarden.process.ChildProcess;
import io.keywarden.process.Ports;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.TemporaryFolders;
import java.io.IOException;
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

/**
 * The program itself, twice: {@code serve} with the admin role and {@code serve} with the check role, each a process of its
 * own, with the same keys and the same Redis. It is the packaged one where the build says where that is. For one thread.
 */
final class Served implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Path folder;
    private final List<Integer> ports;
    private final List<ChildProcess> children = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    private Served(Path folder, List<Integer> ports) {
        this.folder = folder;
        this.ports = ports;
    }

    /** Starts both, and waits until they are ready. */
    static Served start(String redisUri) throws Exception {
        Served served = new Served(Files.createTempDirectory("keywarden-served-"), Ports.free(4));
        try {
            int exit = served.run(
                            "keys",
                            "init-keys",
                            "--out",
                            served.folder.resolve("keys").toString())
                    .exit()
                    .get(START.toSeconds(), TimeUnit.SECONDS);
            if (exit != 0) {
                throw new IllegalStateException("init-keys: " + exit + " (expected: 0)");
            }
            served.serve("admin", served.ports.get(2), redisUri);
            served.serve("check", served.ports.get(3), redisUri);
            return served;
        } catch (Exception | Error e) {
            served.close();
            throw e;
        }
    }

    private void serve(String role, int metrics, String redisUri) throws IOException {
        String yaml = """
                check: {listen: 127.0.0.1:%d}
                admin: {listen: 127.0.0.1:%d, state_dir: state}
                metrics: {listen: 127.0.0.1:%d}
                redis: {url: %s}
                keys: {file: keys/admin.keys}
                """.formatted(ports.get(0), ports.get(1), metrics, redisUri);
        Path config = Files.writeString(folder.resolve(role + ".yaml"), yaml);
        ChildProcess child = run(role, "serve", "--config", config.toString(), "--roles", role);
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics + "/readyz/" + role))
                .timeout(Duration.ofSeconds(5))
                .build();
        Eventually.within(START, () -> {
            int status = child.isAlive()
                    ? HttpClient.newHttpClient()
                            .send(ready, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    : 0;
            if (status != 200) {
                throw new IllegalStateException(
                        role + " is not ready: " + status + ", " + Files.readString(child.log()) + " (expected: 200)");
            }
        });
    }

    private ChildProcess run(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        String jar = System.getProperty("keywarden.jar", "");
        command.addAll(
                jar.isEmpty()
                        ? List.of("-cp", System.getProperty("java.class.path"), "io.keywarden.app.Main")
                        : List.of("-jar", jar));
        command.addAll(List.of(arguments));
        ChildProcess child = ChildProcess.start(new ChildProcess.Launch(
                command, Map.of(), folder.resolve(name + ".log"), folder.resolve(name + ".pid")));
        children.add(child);
        return child;
    }

    /** The number of the sidecar's process. */
    long sidecarPid() {
        return children.get(children.size() - 1).pid();
    }

    /** A new connection to the sidecar. */
    Sidecar sidecar() {
        return new GrpcSidecar(channel(ports.get(0)));
    }

    /** Whose calls may do everything. */
    Channel admin() throws IOException {
        Metadata headers = new Metadata();
        String token = Files.readString(folder.resolve("state/bootstrap-token")).strip();
        headers.put(AUTHORIZATION, "Bearer " + token);
        return ClientInterceptors.intercept(channel(ports.get(1)), MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private ManagedChannel channel(int port) {
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                        "127.0.0.1", port, InsecureChannelCredentials.create())
                .proxyDetector(address -> null)
                .build();
        channels.add(channel);
        return channel;
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        for (ChildProcess child : children) {
            try {
                child.kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        TemporaryFolders.delete(folder);
    }
}
