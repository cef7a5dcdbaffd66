package io.keywarden.envoyconfig;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An upstream that answers each request with its first line and its headers, one a line, names in lower case. */
final class EchoUpstream implements AutoCloseable {
    private final HttpServer server;

    private EchoUpstream(HttpServer server) {
        this.server = server;
    }

    static EchoUpstream start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", EchoUpstream::echo);
        server.start();
        return new EchoUpstream(server);
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void echo(HttpExchange exchange) throws IOException {
        StringBuilder body = new StringBuilder();
        body.append(exchange.getRequestMethod())
                .append(' ')
                .append(exchange.getRequestURI())
                .append('\n');
        exchange.getRequestHeaders()
                .forEach((name, values) -> values.forEach(value -> body.append(name.toLowerCase(Locale.ROOT))
                        .append(": ")
                        .append(value)
                        .append('\n')));
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
