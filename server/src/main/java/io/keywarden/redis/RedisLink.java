package io.keywarden.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis, or the tries to have one. While Redis is away, or is none that will do, it keeps trying, and who
 * asks is told at once why there is none. A broken connection is never used again. Safe for use by several threads.
 */
final class RedisLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

    private static final Duration RETRY = Duration.ofMillis(200);
    /** How long is waited before a Redis that will not do is asked again. */
    private static final Duration RETRY_REFUSED = Duration.ofSeconds(2);
    /** How long connecting, the handshake and the first question may take together. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final RedisClient client;
    private final RedisSettings settings;
    private final RedisSettings.Address address;
    /** Read by every thread; changed in {@link #change} and {@link #end} only. */
    private volatile State state = new State(null, "it was not connected to yet");

    /** What there is: a connection, or why there is none. Not a record, since a state equals itself only. */
    private static final class State {
        static final State CLOSED = new State(null, "this program is ending");

        private final @Nullable Session session;
        private final String whyNot;

        State(@Nullable Session session, String whyNot) {
            this.session = session;
            this.whyNot = whyNot;
        }

        boolean isOf(Session other) {
            return session != null && session.connection() == other.connection();
        }
    }

    /**
     * A connection that can be used.
     *
     * @param connection to end it
     * @param commands to speak to Redis
     * @param server what it is
     * @param waiting how many commands wait for their answers
     */
    record Session(
            StatefulRedisConnection<byte[], byte[]> connection,
            RedisAsyncCommands<byte[], byte[]> commands,
            RedisServer server,
            AtomicInteger waiting) {}

    RedisLink(RedisClient client, RedisSettings settings, RedisSettings.Address address) {
        this.client = client;
        this.settings = settings;
        this.address = address;
    }

    /** Begins to connect. To be called once. */
    void start() {
        connect();
    }

    /** The connection, if there is one now. */
    @Nullable
    Session session() {
        return state.session;
    }

    /** Why there is no connection, for people. */
    String whyNot() {
        return "Redis at " + address + " is not connected: " + state.whyNot;
    }

    private void connect() {
        if (state == State.CLOSED) {
            return;
        }
        // In a stage, so that what is thrown here is a failed try too.
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connected = CompletableFuture.completedFuture(
                        ByteArrayCodec.INSTANCE)
                .thenCompose(codec -> client.connectAsync(codec, RedisClients.uri(settings, address)));
        CompletableFuture<Void> unused = connected
                .thenCompose(RedisLink::inspect)
                .orTimeout(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .handle((session, failure) -> {
                    Optional<String> refusal = session == null
                            ? Optional.of(whyNoSession(failure))
                            : session.server().refusal(settings.minimum());
                    if (refusal.isPresent() || !use(session)) {
                        discard(connected);
                        lost(refusal.orElse("the connection broke at once"), session == null ? RETRY : RETRY_REFUSED);
                    }
                    return null;
                });
    }

    private String whyNoSession(@Nullable Throwable failure) {
        return Failures.isBeforeHello(failure)
                ? RedisServer.tooOld("older than 6.0", settings.minimum())
                : Failures.text(failure);
    }

    private static CompletableFuture<Session> inspect(StatefulRedisConnection<byte[], byte[]> connection) {
        RedisAsyncCommands<byte[], byte[]> commands = connection.async();
        return commands.info().toCompletableFuture().handle((info, failure) -> {
            if (failure != null && !Failures.isForbidden(failure)) {
                throw new CompletionException(failure);
            }
            if (failure != null) {
                LOG.warn("redis_info_forbidden assumed={}", RedisServer.UNKNOWN);
            }
            RedisServer server = info == null ? RedisServer.UNKNOWN : RedisServer.parse(info);
            return new Session(connection, commands, server, new AtomicInteger());
        });
    }

    /** Makes a connection the one that is used, unless it broke already. */
    private boolean use(Session session) {
        State before = state;
        if (before == State.CLOSED || !change(before, new State(session, ""))) {
            return false;
        }
        session.connection().addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                broken(session);
            }
        });
        LOG.info(
                "redis_connected address={} version={}.{}",
                address,
                session.server().major(),
                session.server().minor());
        session.server()
                .advice()
                .ifPresent(advice -> LOG.warn("redis_configuration address={} advice={}", address, advice));
        if (!session.connection().isOpen()) {
            broken(session);
        }
        return true;
    }

    private void broken(Session session) {
        State before = state;
        if (before.isOf(session) && change(before, new State(null, "the connection broke"))) {
            LOG.warn("redis_lost address={}", address);
            retryAfter(RETRY);
        }
    }

    private void lost(String why, Duration retry) {
        State before = state;
        if (before == State.CLOSED || !change(before, new State(null, why))) {
            return;
        }
        if (!before.whyNot.equals(why)) {
            LOG.warn("redis_away address={} reason={}", address, why);
        }
        retryAfter(retry);
    }

    private void retryAfter(Duration pause) {
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                .execute(this::connect);
    }

    private void discard(CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connected) {
        CompletableFuture<Void> unused = connected.thenCompose(StatefulRedisConnection::closeAsync);
    }

    private synchronized boolean change(State expected, State next) {
        if (state != expected) {
            return false;
        }
        state = next;
        return true;
    }

    private synchronized boolean end() {
        boolean first = state != State.CLOSED;
        state = State.CLOSED;
        return first;
    }

    /** Ends the connection and the threads behind it, and waits for that a few seconds at most. */
    @Override
    public void close() {
        if (!end()) {
            return;
        }
        try {
            client.shutdownAsync(0, CLOSE_LIMIT.toMillis() / 2, TimeUnit.MILLISECONDS)
                    .get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("redis_close_incomplete address={} reason={}", address, Failures.text(e));
        }
    }
}
