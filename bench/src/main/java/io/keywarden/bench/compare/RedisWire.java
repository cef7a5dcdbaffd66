package io.keywarden.bench.compare;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One plain connection to Redis (RESP2): commands are written one after another, and their replies read in that order. */
final class RedisWire implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private RedisWire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    }

    static RedisWire to(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return new RedisWire(socket);
    }

    /** Sends one command and returns its reply: a string's bytes, or the text of any other. Empty where there is nothing. */
    Optional<byte[]> call(String... words) throws IOException {
        byte[][] parts = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            parts[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        write(parts);
        out.flush();
        return reply();
    }

    /** The same, as text. */
    String text(String... words) throws IOException {
        return call(words)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }

    /** Writes a command whose reply is read later. */
    void write(byte[]... parts) throws IOException {
        out.write(ascii("*" + parts.length + "\r\n"));
        for (byte[] part : parts) {
            out.write(ascii("$" + part.length + "\r\n"));
            out.write(part);
            out.write(ascii("\r\n"));
        }
    }

    /** Reads the replies of as many commands, each of which has to be OK. */
    void expectOk(int commands) throws IOException {
        out.flush();
        for (int i = 0; i < commands; i++) {
            String reply = new String(reply().orElseThrow(), StandardCharsets.UTF_8);
            if (!reply.equals("OK")) {
                throw new IOException("Redis: " + reply + " (expected: OK)");
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Optional<byte[]> reply() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ':' -> Optional.of(ascii(rest));
            case '$' -> bulk(Integer.parseInt(rest));
            default -> throw new IOException("Redis: " + line + " (expected: a simple reply)");
        };
    }

    private Optional<byte[]> bulk(int length) throws IOException {
        if (length < 0) {
            return Optional.empty();
        }
        byte[] bytes = in.readNBytes(length);
        in.skipNBytes(2);
        return Optional.of(bytes);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("Redis closed the connection");
            }
            line.append((char) next);
        }
        in.skipNBytes(1);
        return line.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
