package io.keywarden.bench.compare;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.keywarden.process.ChildProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A running Keywarden.
 *
 * @param child its process
 * @param port of checks, or of Admin
 * @param metricsPort of metrics and probes
 * @param ready how long it took from its start until it said that it was ready
 */
record Sidecar(ChildProcess child, int port, int metricsPort, Duration ready) {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int CALL_SECONDS = 10;
    private static final int PROBE_MILLIS = 20;

    /** Waits for one that was just started. */
    static Sidecar awaited(ChildProcess child, long startNanos, int port, int metricsPort, String role)
            throws IOException, InterruptedException {
        while (System.nanoTime() - startNanos < START_LIMIT.toNanos() && child.isAlive()) {
            if (probe(metricsPort, "/readyz/" + role) == HttpURLConnection.HTTP_OK) {
                return new Sidecar(child, port, metricsPort, Duration.ofNanos(System.nanoTime() - startNanos));
            }
            // Not more often: who starts answers these too.
            TimeUnit.MILLISECONDS.sleep(PROBE_MILLIS);
        }
        throw new IOException("Keywarden did not get ready: " + Files.readString(child.log()));
    }

    /** It, as one of the servers that are measured. */
    Contender contender(String name) {
        return Contender.ours(name, port, child.pid());
    }

    /** Opens a connection for checks. */
    static ManagedChannel channel(int port) {
        return Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
                .proxyDetector(address -> null)
                .build();
    }

    /** Asks one check. */
    static CheckResponse check(ManagedChannel channel, CheckRequest request) {
        return AuthorizationGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .check(request);
    }

    /** Asks one check again and again until it is allowed: what is cold may take longer at first than a check may. */
    static CheckResponse awaitAllowed(ManagedChannel channel, CheckRequest request) throws IOException {
        long start = System.nanoTime();
        CheckResponse response = check(channel, request);
        while (!response.hasOkResponse()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(CALL_SECONDS)) {
                throw new IOException("Keywarden answers " + response + " (expected: OK)");
            }
            response = check(channel, request);
        }
        return response;
    }

    /** Its metrics as text. */
    String metrics() throws IOException {
        HttpURLConnection connection = open("/metrics", metricsPort);
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int probe(int port, String path) {
        try {
            return open(path, port).getResponseCode();
        } catch (IOException e) {
            // Nothing listens there yet.
            return 0;
        }
    }

    private static HttpURLConnection open(String path, int port) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(1_000);
        connection.setReadTimeout(5_000);
        return connection;
    }
}
