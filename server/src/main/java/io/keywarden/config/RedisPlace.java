package io.keywarden.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Where the Redis is that holds the state. */
public sealed interface RedisPlace {
    /** Whether the connections are encrypted. */
    boolean tls();

    /** Turns whichever it is into something else. */
    <T> T fold(Function<Standalone, T> standalone, Function<Sentinel, T> sentinel, Function<Cluster, T> cluster);

    /**
     * One Redis, which nothing takes the place of.
     *
     * @param url {@code redis://host:port} or, with TLS, {@code rediss://host:port}
     */
    record Standalone(URI url) implements RedisPlace {
        @Override
        public boolean tls() {
            return "rediss".equals(url.getScheme());
        }

        @Override
        public <T> T fold(
                Function<Standalone, T> standalone, Function<Sentinel, T> sentinel, Function<Cluster, T> cluster) {
            return standalone.apply(this);
        }
    }

    /**
     * A master with replicas, which Sentinels watch over.
     *
     * @param master the name by which the Sentinels know it
     * @param nodes the Sentinels; one that answers is enough
     * @param username the user at the Sentinels; empty for the default one
     * @param passwordFile the file of its password, readable by nobody else; empty for none
     * @param tls whether the connections are encrypted, to the Sentinels as well
     */
    record Sentinel(
            String master, List<HostPort> nodes, Optional<String> username, Optional<Path> passwordFile, boolean tls)
            implements RedisPlace {
        /** Copies the list; rejects what cannot be. */
        public Sentinel {
            nodes = List.copyOf(nodes);
            new Rules()
                    .reject(master.isBlank(), "redis.sentinel.master: is not set (expected: the master's name)")
                    .reject(
                            nodes.isEmpty(),
                            "redis.sentinel.nodes: none (expected: host:port of the Sentinels, at least one)")
                    .reject(
                            username.isPresent() && passwordFile.isEmpty(),
                            "redis.sentinel.username: given without a password (expected:"
                                    + " redis.sentinel.password_file too)")
                    .verify();
        }

        @Override
        public <T> T fold(
                Function<Standalone, T> standalone, Function<Sentinel, T> sentinel, Function<Cluster, T> cluster) {
            return sentinel.apply(this);
        }
    }

    /**
     * A Redis Cluster.
     *
     * @param nodes some of its nodes; one that answers is enough
     * @param tls whether the connections are encrypted
     */
    record Cluster(List<HostPort> nodes, boolean tls) implements RedisPlace {
        /** Copies the list; rejects an empty one. */
        public Cluster {
            nodes = List.copyOf(nodes);
            new Rules()
                    .reject(
                            nodes.isEmpty(),
                            "redis.cluster.nodes: none (expected: host:port of some nodes, at least one)")
                    .verify();
        }

        @Override
        public <T> T fold(
                Function<Standalone, T> standalone, Function<Sentinel, T> sentinel, Function<Cluster, T> cluster) {
            return cluster.apply(this);
        }
    }
}
