package io.keywarden.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The protected service of the demo: answers every request with what arrived, so that one sees what Envoy let through. */
final class EchoServer implements Teardown.Part {
    private static final int BODY_LIMIT = 64 * 1024;
    private static final int THREADS = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService executor;

    private EchoServer(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /** Listens on a free port of the loopback interface. */
    static EchoServer start() throws DemoProblem {
        try {
            return listening();
        } catch (IOException e) {
            throw new DemoProblem("The service behind the gateway can't be started: " + e);
        }
    }

    private static EchoServer listening() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService executor = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "demo-echo");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(executor);
        server.createContext("/", EchoServer::echo);
        server.start();
        return new EchoServer(server, executor);
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private static void echo(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(BODY_LIMIT);
            byte[] answer = (describe(exchange, body).toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : answer.length);
            if (!head) {
                exchange.getResponseBody().write(answer);
            }
        }
    }

    private static ObjectNode describe(HttpExchange exchange, byte[] body) {
        ObjectNode echo = JSON.createObjectNode();
        echo.put("method", exchange.getRequestMethod());
        echo.put("path", exchange.getRequestURI().toString());
        ObjectNode headers = echo.putObject("headers");
        new TreeMap<>(exchange.getRequestHeaders())
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        echo.put("body", new String(body, StandardCharsets.UTF_8));
        return echo;
    }
}
