package io.keywarden.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where Redis is, and how it is spoken to.
 *
 * @param address where it is
 * @param ca the certificates that its certificate has to lead to, as PEM; empty for those of the Java platform
 * @param username the user; empty for the default one
 * @param password the user's password
 * @param timeout how long an answer is waited for by who has no tighter limit
 * @param minimum the oldest Redis that will do
 */
public record RedisSettings(
        Address address,
        Optional<Path> ca,
        Optional<String> username,
        Optional<RedisPassword> password,
        Duration timeout,
        Minimum minimum) {
    /** The oldest Redis that will do. */
    public enum Minimum {
        /** 7.0, which can take a revocation when it is full. */
        REDIS_7_0,
        /** 6.2: enough for a demo, where Redis is never full. */
        REDIS_6_2
    }

    /**
     * An address.
     *
     * @param host a name or an IP address
     * @param port the port
     * @param tls whether TLS is spoken there
     */
    public record Address(String host, int port, boolean tls) {
        private static final int DEFAULT_PORT = 6379;

        /**
         * Reads {@code redis://HOST:PORT} or, with TLS, {@code rediss://HOST:PORT}.
         *
         * @throws IllegalArgumentException if it is anything else; the message never holds the text, which may hold a
         *     password
         */
        public static Address parse(String url) {
            URI uri;
            try {
                uri = new URI(url);
            } catch (URISyntaxException e) {
                // Not as a cause: its message holds the text.
                throw new IllegalArgumentException("Redis URL is not a URL (expected: redis://HOST:PORT)");
            }
            boolean tls = "rediss".equals(uri.getScheme());
            if (!tls && !"redis".equals(uri.getScheme())) {
                throw new IllegalArgumentException("Redis URL with another scheme (expected: redis or rediss)");
            }
            if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw new IllegalArgumentException(
                        "Redis URL with more than a host and a port (expected: redis://HOST:PORT; user and password"
                                + " have settings of their own)");
            }
            String path = uri.getRawPath();
            boolean root = path == null || path.isEmpty() || path.equals("/") || path.equals("/0");
            if (uri.getHost() == null || !root) {
                throw new IllegalArgumentException(
                        "Redis URL without a host or with a database (expected: redis://HOST:PORT, database 0)");
            }
            return new Address(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(), tls);
        }

        @Override
        public String toString() {
            return (tls ? "rediss://" : "redis://") + host + ":" + port;
        }
    }

    /** Plain settings for a Redis of one's own on this machine, of any age that works at all. */
    public static RedisSettings local(int port) {
        return new RedisSettings(
                new Address("127.0.0.1", port, false),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(1),
                Minimum.REDIS_6_2);
    }
}
