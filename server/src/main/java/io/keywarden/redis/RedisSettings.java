package io.keywarden.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where Redis is, and how it is spoken to.
 *
 * @param location where its servers are found
 * @param ca the certificates that every server's certificate has to lead to, as PEM; empty for those of the Java platform
 * @param username the user on every server that holds records; empty for the default one
 * @param password the user's password
 * @param timeout how long an answer is waited for by who has no tighter limit
 * @param minimum the oldest Redis that will do
 */
public record RedisSettings(
        Location location,
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

    /** How the servers are found. */
    public sealed interface Location {
        /** Where to begin: the server itself, the Sentinels, or some nodes of the cluster. */
        List<Address> addresses();

        /** For people. */
        String text();

        /** Whether TLS is spoken with all servers. */
        default boolean tls() {
            return addresses().get(0).tls();
        }

        /**
         * One server at a known place.
         *
         * @param address where it is
         */
        record Standalone(Address address) implements Location {
            @Override
            public List<Address> addresses() {
                return List.of(address);
            }

            @Override
            public String text() {
                return address.toString();
            }
        }

        /**
         * The server that the Sentinels name.
         *
         * @param master the name under which they know it
         * @param sentinels where they are: at least one, either all with TLS or none
         * @param username the user on the Sentinels; empty for the default one
         * @param password that user's password; empty where the Sentinels ask for none
         */
        record Sentinel(
                String master, List<Address> sentinels, Optional<String> username, Optional<RedisPassword> password)
                implements Location {
            /** Copies the list, and rejects an empty or mixed one. */
            public Sentinel {
                sentinels = alike(sentinels, "Sentinels");
                if (master.isBlank()) {
                    throw new IllegalArgumentException("no master name (expected: the name that the Sentinels know)");
                }
            }

            @Override
            public List<Address> addresses() {
                return sentinels;
            }

            @Override
            public String text() {
                return master + " of the Sentinels " + sentinels;
            }
        }

        /**
         * A Redis Cluster.
         *
         * @param seeds some of its nodes: at least one, either all with TLS or none
         */
        record Cluster(List<Address> seeds) implements Location {
            /** Copies the list, and rejects an empty or mixed one. */
            public Cluster {
                seeds = alike(seeds, "cluster nodes");
            }

            @Override
            public List<Address> addresses() {
                return seeds;
            }

            @Override
            public String text() {
                return "the cluster of " + seeds;
            }
        }

        private static List<Address> alike(List<Address> addresses, String what) {
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("no " + what + " (expected: at least one address)");
            }
            boolean tls = addresses.get(0).tls();
            if (addresses.stream().anyMatch(address -> address.tls() != tls)) {
                throw new IllegalArgumentException(what + " " + addresses + " (expected: either all with TLS or none)");
            }
            return List.copyOf(addresses);
        }
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
        return plain(new Location.Standalone(localAddress(port)));
    }

    /** Plain settings for Sentinels of one's own on this machine. */
    public static RedisSettings sentinel(String master, List<Integer> ports) {
        return plain(new Location.Sentinel(master, localAddresses(ports), Optional.empty(), Optional.empty()));
    }

    /** Plain settings for a cluster of one's own on this machine. */
    public static RedisSettings cluster(List<Integer> ports) {
        return plain(new Location.Cluster(localAddresses(ports)));
    }

    private static RedisSettings plain(Location location) {
        return new RedisSettings(
                location,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(1),
                Minimum.REDIS_6_2);
    }

    private static List<Address> localAddresses(List<Integer> ports) {
        return ports.stream().map(RedisSettings::localAddress).toList();
    }

    private static Address localAddress(int port) {
        return new Address("127.0.0.1", port, false);
    }
}
