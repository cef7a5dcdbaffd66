package io.keywarden.envoy.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads all that a Redis holds, each type with its own command, byte for byte: one character is one byte. */
final class RedisContents implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    private RedisContents(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** All keys, and the contents of all keys of each type, by what they are. */
    static Map<String, String> of(int port) throws IOException {
        try (RedisContents redis = new RedisContents(new Socket(InetAddress.getLoopbackAddress(), port))) {
            return redis.read();
        }
    }

    /** Sends one command, and returns the bytes of its answer without their structure. */
    static List<String> command(int port, String... words) throws IOException {
        try (RedisContents redis = new RedisContents(new Socket(InetAddress.getLoopbackAddress(), port))) {
            return redis.command(words);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Map<String, String> read() throws IOException {
        Map<String, String> contents = new LinkedHashMap<>();
        String cursor = "0";
        do {
            List<String> page = command("SCAN", cursor, "COUNT", "1000");
            cursor = page.get(0);
            for (String key : page.subList(1, page.size())) {
                String type = command("TYPE", key).get(0);
                contents.merge("Redis keys", key + "\n", String::concat);
                contents.merge("Redis " + type, String.join("\n", command(reading(type, key))), String::concat);
            }
        } while (!cursor.equals("0"));
        return contents;
    }

    private static String[] reading(String type, String key) {
        return switch (type) {
            case "string" -> new String[] {"GET", key};
            case "hash" -> new String[] {"HGETALL", key};
            case "zset" -> new String[] {"ZRANGE", key, "0", "-1"};
            case "stream" -> new String[] {"XRANGE", key, "-", "+"};
            default -> throw new IllegalArgumentException("type: " + type + " (expected: one that Keywarden uses)");
        };
    }

    private List<String> command(String... words) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes("*" + words.length + "\r\n"));
        for (String word : words) {
            out.writeBytes(bytes("$" + word.length() + "\r\n" + word + "\r\n"));
        }
        socket.getOutputStream().write(out.toByteArray());
        List<String> reply = new ArrayList<>();
        read(reply);
        return reply;
    }

    private void read(List<String> reply) throws IOException {
        String line = line();
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '+', ':' -> reply.add(rest);
            case '$' -> {
                int length = Integer.parseInt(rest);
                if (length >= 0) {
                    reply.add(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
                    in.skipNBytes(2);
                }
            }
            case '*' -> {
                for (int left = Integer.parseInt(rest); left > 0; left--) {
                    read(reply);
                }
            }
            default -> throw new IOException("Redis answered " + line);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw new IOException("Redis closed the connection");
            }
            line.append((char) next);
        }
        in.skipNBytes(1);
        return line.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
