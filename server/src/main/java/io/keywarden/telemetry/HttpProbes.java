package io.keywarden.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The HTTP listener for {@code /metrics}, {@code /livez} and {@code /readyz/ROLE}. Being alive never depends on Redis: a
 * restart would not bring it back.
 */
public final class HttpProbes implements AutoCloseable {
    private static final int BACKLOG = 64;
    private static final String READY_PATH = "/readyz/";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;
    private final Readiness readiness;
    private final Supplier<String> metrics;

    private HttpProbes(HttpServer server, Readiness readiness, Supplier<String> metrics) {
        this.server = server;
        this.readiness = readiness;
        this.metrics = metrics;
    }

    /**
     * Opens the listener.
     *
     * @param address where; port 0 takes a free one
     * @param executor answers; the caller closes it
     * @throws IOException if the address cannot be taken
     */
    public static HttpProbes open(
            InetSocketAddress address, ExecutorService executor, Readiness readiness, Supplier<String> metrics)
            throws IOException {
        // Seconds. Without a limit, a client that never ends its request would hold a thread for good.
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "10");
        HttpServer server = HttpServer.create(address, BACKLOG);
        HttpProbes probes = new HttpProbes(server, readiness, metrics);
        server.setExecutor(executor);
        server.createContext("/", probes::answer);
        server.start();
        return probes;
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops listening; calls in flight are cut. */
    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            Answer answer = method.equals("GET") || method.equals("HEAD")
                    ? answerTo(exchange.getRequestURI().getPath())
                    : new Answer(405, TEXT, "GET only\n");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", answer.type());
            exchange.getResponseHeaders().set("cache-control", "no-store");
            boolean silent = method.equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), silent ? -1 : body.length);
            if (!silent) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answerTo(String path) {
        if (path.equals("/livez")) {
            return new Answer(200, TEXT, "ok\n");
        }
        if (path.equals("/metrics")) {
            return new Answer(200, PROMETHEUS, metrics.get());
        }
        Optional<Answer> ready =
                path.startsWith(READY_PATH) ? ready(path.substring(READY_PATH.length())) : Optional.empty();
        return ready.orElseGet(() -> new Answer(404, TEXT, "not found: try " + paths() + "\n"));
    }

    private Optional<Answer> ready(String role) {
        return readiness.of(role).map(components -> {
            boolean isReady = !components.containsValue(false);
            return new Answer(isReady ? 200 : 503, JSON, json(role, isReady, components));
        });
    }

    private static String json(String role, boolean isReady, Map<Readiness.Component, Boolean> components) {
        String states = components.entrySet().stream()
                .map(entry -> "\"" + entry.getKey().name().toLowerCase(Locale.ROOT) + "\":" + entry.getValue())
                .collect(Collectors.joining(","));
        return "{\"role\":\"" + role + "\",\"ready\":" + isReady + ",\"components\":{" + states + "}}\n";
    }

    private String paths() {
        return "/metrics, /livez"
                + readiness.roles().stream()
                        .map(role -> ", " + READY_PATH + role)
                        .collect(Collectors.joining());
    }

    private record Answer(int status, String type, String body) {}
}
