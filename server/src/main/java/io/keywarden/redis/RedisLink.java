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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to one Redis, or the tries to have one. While Redis is away, or is none that will do, it keeps trying, and who
 * asks is told at once why there is none. A broken connection is never used again. Safe for use by several threads.
 */
final class RedisLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

    private static final Duration RETRY = Duration.ofMillis(200);
    /** How long is waited before a Redis that will not do is asked again. */
    private static final Duration RETRY_REFUSED = Duration.ofSeconds(2);
    /** How long connecting, the handshake and the first question may take together. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    /** How long who still waits for an answer may wait for it when the link is not needed any more. */
    private static final Duration RETIREMENT = Duration.ofSeconds(3);

    private final RedisClient client;
    private final RedisSettings settings;
    private final RedisSettings.Address address;
    private final ServerQuestion question;
    private final Runnable onLoss;
    /** Read by every thread; changed in {@link #change} and {@link #end} only. */
    private volatile State state = State.NEW;

    /** What there is: a connection, or why there is none. Not a record, since a state equals itself only. */
    private static final class State {
        static final State NEW = new State(null, "it was not connected to yet");
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
     * @param known what it is, as it was last asked
     * @param waiting how many commands wait for their answers
     * @param waits asks for its replicas
     */
    record Session(
            StatefulRedisConnection<byte[], byte[]> connection,
            RedisAsyncCommands<byte[], byte[]> commands,
            AtomicReference<RedisServer> known,
            AtomicInteger waiting,
            ReplicaWaits waits) {
        static Session of(StatefulRedisConnection<byte[], byte[]> connection, RedisServer server) {
            RedisAsyncCommands<byte[], byte[]> commands = connection.async();
            return new Session(
                    connection,
                    commands,
                    new AtomicReference<>(server),
                    new AtomicInteger(),
                    new ReplicaWaits(
                            replicas -> commands.waitForReplication(replicas, WriteConfirmation.WAIT_LIMIT.toMillis())
                                    .toCompletableFuture()));
        }

        RedisServer server() {
            return known.get();
        }
    }

    /**
     * Makes one, which does nothing yet.
     *
     * @param onLoss is run whenever a connection that was used broke
     */
    RedisLink(Shared shared, RedisSettings.Address address, Runnable onLoss) {
        this.client = shared.client();
        this.settings = shared.settings();
        this.question = shared.question();
        this.address = address;
        this.onLoss = onLoss;
    }

    /**
     * What all links to one store have in common.
     *
     * @param client is not ended with a link
     * @param settings what server will do
     * @param question asks a server what it is
     */
    record Shared(RedisClient client, RedisSettings settings, ServerQuestion question) {}

    /** Where it leads to. */
    RedisSettings.Address address() {
        return address;
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

    /** Whether the first try to connect is under way. */
    boolean isNew() {
        return state == State.NEW;
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
                .thenCompose(connection ->
                        question.ask(connection.async()).thenApply(server -> Session.of(connection, server)))
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

    /** Asks the server again what it is; one that will not do any more is left. */
    void look() {
        Session session = state.session;
        if (session == null) {
            return;
        }
        CompletableFuture<Void> unused = question.ask(session.commands())
                .orTimeout(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .handle((server, failure) -> {
                    if (failure != null) {
                        LOG.debug("redis_look_failed address={} reason={}", address, Failures.text(failure));
                        return null;
                    }
                    session.known().set(server);
                    server.refusal(settings.minimum()).ifPresent(why -> {
                        LOG.warn("redis_left address={} reason={}", address, why);
                        CompletableFuture<Void> unused = session.connection().closeAsync();
                    });
                    return null;
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
            onLoss.run();
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

    private synchronized State end() {
        State before = state;
        state = State.CLOSED;
        return before;
    }

    /** Takes no more commands, and ends the connection once those on their way had time to be answered. */
    void retire() {
        Session session = end().session;
        if (session != null) {
            CompletableFuture.delayedExecutor(RETIREMENT.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(() -> {
                        CompletableFuture<Void> unused = session.connection().closeAsync();
                    });
        }
    }

    /** Ends the connection; who still waits for an answer is told that none comes. */
    @Override
    public void close() {
        Session session = end().session;
        if (session != null) {
            CompletableFuture<Void> unused = session.connection().closeAsync();
        }
    }
}
