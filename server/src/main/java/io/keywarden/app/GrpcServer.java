package io.keywarden.app;

import io.grpc.Server;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gRPC server that ends in two steps: it takes no more calls, and then waits for those in flight. */
final class GrpcServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);
    /** How long calls in flight may take to end: longer than any check, and than a call of Admin waits for Redis. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private static final Duration CUT_LIMIT = Duration.ofSeconds(1);

    private final String name;
    private final Server server;
    private final Runnable rest;

    /**
     * Takes a started server.
     *
     * @param name for the log
     * @param rest what is closed after it: its threads, its file
     */
    GrpcServer(String name, Server server, Runnable rest) {
        this.name = name;
        this.server = server;
        this.rest = rest;
    }

    /** The TCP port that it listens on; -1 for a Unix socket. */
    int port() {
        return server.getPort();
    }

    /** Takes no more calls; those in flight go on. */
    void refuseNewCalls() {
        server.shutdown();
    }

    /** Waits for the calls in flight, for a bounded time, and then cuts them. */
    @Override
    public void close() {
        server.shutdown();
        if (!ended(DRAIN_LIMIT)) {
            LOG.warn("calls_cut server={} after={}", name, DRAIN_LIMIT);
            server.shutdownNow();
            if (!ended(CUT_LIMIT)) {
                LOG.warn("server_does_not_end server={}", name);
            }
        }
        rest.run();
    }

    private boolean ended(Duration limit) {
        try {
            return server.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
