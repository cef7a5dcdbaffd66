package io.keywarden.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * A GET request to a port of this machine, of whose answer only the status matters.
 *
 * <p>The JDK's own clients do not let a caller choose the {@code Host} header, and may ask a proxy.
 */
final class HttpProbe {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** As long as {@code HTTP/1.1 200}. */
    private static final int STATUS_LENGTH = 12;

    private HttpProbe() {}

    /** The answer's status; 0 where there is none. */
    static int status(int port, String path, Map<String, String> headers) {
        try (Socket socket = new Socket()) {
            int limit = (int) LIMIT.toMillis();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), limit);
            socket.setSoTimeout(limit);
            StringBuilder request = new StringBuilder("GET ").append(path).append(" HTTP/1.1\r\n");
            headers.forEach((name, value) ->
                    request.append(name).append(": ").append(value).append("\r\n"));
            request.append("Connection: close\r\n\r\n");
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            byte[] head = socket.getInputStream().readNBytes(STATUS_LENGTH);
            return status(new String(head, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return 0;
        }
    }

    private static int status(String head) {
        return head.matches("HTTP/1\\.[01] [1-5][0-9]{2}") ? Integer.parseInt(head.substring(9)) : 0;
    }
}
