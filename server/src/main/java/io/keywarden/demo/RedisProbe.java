package io.keywarden.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks whether a Redis of this machine has loaded its data and answers. */
final class RedisProbe {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final String PONG = "+PONG";

    private RedisProbe() {}

    static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            int limit = (int) LIMIT.toMillis();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), limit);
            socket.setSoTimeout(limit);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(PONG.length());
            return new String(answer, StandardCharsets.US_ASCII).equals(PONG);
        } catch (IOException e) {
            return false;
        }
    }
}
