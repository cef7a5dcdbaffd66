package io.keywarden.redis;

import com.google.protobuf.ByteString;
import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.Feed;
import io.keywarden.cache.Generation;
import io.keywarden.cache.Lease;
import io.keywarden.redis.RedisSettings.Address;
import io.keywarden.store.RecordKey;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one master, on which records are read, writes are pushed and heartbeats are sent, so that all three come
 * in one order. It is never reconnected. Safe for use by several threads.
 */
final class TrackedConnection implements Feed {
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final Address address;
    private final Reads reads;
    private final Invalidations invalidations;
    private final AtomicInteger reading = new AtomicInteger();
    /** The slots of which nothing is known since they moved away. */
    private final Set<Integer> moved = ConcurrentHashMap.newKeySet();
    /** Completes when the connection ends, on whatever thread; with nothing. */
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    /** Whose records come over it; null before it begins. Written once. */
    private volatile @Nullable Generation generation;

    /**
     * How reads are made.
     *
     * @param most how many wait for their answers at most
     * @param elsewhere asks others
     * @param observer is told when there are too many
     */
    record Reads(int most, Elsewhere elsewhere, CacheObserver observer) {}

    /** Asks another master, to which a read was sent on. */
    interface Elsewhere {
        /** Follows one redirection; never completes exceptionally. */
        CompletionStage<Reply> read(Redirection redirection, RecordKey key);
    }

    TrackedConnection(
            StatefulRedisConnection<byte[], byte[]> connection,
            Address address,
            Reads reads,
            Invalidations invalidations) {
        this.connection = connection;
        this.address = address;
        this.reads = reads;
        this.invalidations = invalidations;
    }

    /** Begins to listen: to pushes, and to the end of the connection. To be called before tracking is armed. */
    void listen() {
        connection.addListener(invalidations);
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> ended) {
                broken();
            }
        });
        if (!connection.isOpen()) {
            broken();
        }
    }

    /** From now on pushes go to this generation, which ends with the connection. */
    void serve(Generation served) {
        generation = served;
        invalidations.tell(served);
        if (closed.isDone()) {
            served.end("the connection to " + address + " broke");
        }
    }

    RedisAsyncCommands<byte[], byte[]> commands() {
        return connection.async();
    }

    Address address() {
        return address;
    }

    /** Completes with nothing when a canary was pushed. */
    CompletableFuture<Void> canary() {
        return invalidations.canary();
    }

    /** Completes with nothing when the connection has ended, or is about to. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    private void broken() {
        Generation served = generation;
        if (served != null) {
            served.end("the connection to " + address + " broke");
        }
        close();
    }

    @Override
    @SuppressWarnings("NullAway") // Lettuce says nothing of null: where nothing is, its reply is null.
    public CompletionStage<Reply> read(RecordKey key) {
        return bounded(() -> connection.async().get(RedisKeys.record(key)).toCompletableFuture())
                .handle((value, failure) -> failure == null ? here(key, bytes(value)) : elsewhere(key, failure))
                .thenCompose(reply -> reply);
    }

    /**
     * Reads what another master sent here; it is not to be kept.
     *
     * @param lease of this connection
     */
    @SuppressWarnings("NullAway") // Lettuce says nothing of null: where nothing is, its reply is null.
    CompletionStage<Reply> readRedirected(RecordKey key, boolean asking, Lease lease) {
        return bounded(() -> asking
                        ? ask(RedisKeys.record(key))
                        : connection.async().get(RedisKeys.record(key)).toCompletableFuture())
                .handle((value, failure) -> failure == null
                        ? new Reply.Redirected(bytes(value), lease.endNanos())
                        : unavailable(Failures.text(failure)));
    }

    private CompletionStage<Reply> here(RecordKey key, Optional<ByteString> bytes) {
        if (!moved.isEmpty()) {
            // It is back: what is learnt of it from now on is to be forgotten when it moves again.
            moved.remove(slot(key));
        }
        return CompletableFuture.completedFuture(new Reply.Value(bytes));
    }

    /**
     * Writes to a slot that moved are not pushed by this master any more: what is known of it has to go. So has everything
     * else, since nobody knows which keys those are; but once only, as nothing more is learnt of that slot here.
     */
    private void moved(RecordKey key) {
        Generation served = generation;
        if (served != null && moved.add(slot(key))) {
            served.invalidateAll();
        }
    }

    private static int slot(RecordKey key) {
        return SlotHash.getSlot(key.slot().text());
    }

    private CompletionStage<Reply> elsewhere(RecordKey key, Throwable failure) {
        if (Failures.errorCode(failure).equals("WRONGTYPE")) {
            // What is no string is no record, as MGET has it too.
            return here(key, Optional.empty());
        }
        Optional<Redirection> redirection = Redirection.of(failure, address);
        if (redirection.isEmpty()) {
            return CompletableFuture.completedFuture(unavailable(Failures.text(failure)));
        }
        if (!redirection.get().asking()) {
            moved(key);
        }
        return reads.elsewhere().read(redirection.get(), key);
    }

    /** ASKING holds for one command only: nothing may come between. */
    @SuppressWarnings("NullAway") // Lettuce says nothing of null: where nothing is, its reply is null.
    private CompletableFuture<byte @Nullable []> ask(byte[] key) {
        ByteArrayCodec codec = ByteArrayCodec.INSTANCE;
        AsyncCommand<byte[], byte[], String> asking =
                new AsyncCommand<>(new Command<>(CommandType.ASKING, new StatusOutput<>(codec)));
        AsyncCommand<byte[], byte[], byte[]> get = new AsyncCommand<>(
                new Command<>(CommandType.GET, new ValueOutput<>(codec), new CommandArgs<>(codec).addKey(key)));
        connection.dispatch(List.of(asking, get));
        return get;
    }

    private interface Sending {
        CompletableFuture<byte @Nullable []> send();
    }

    private CompletableFuture<byte @Nullable []> bounded(Sending sending) {
        if (reading.incrementAndGet() > reads.most()) {
            reading.decrementAndGet();
            reads.observer().on(CacheObserver.Event.IN_FLIGHT_BOUND);
            return CompletableFuture.failedFuture(
                    new IllegalStateException(reads.most() + " reads wait for their answers already"));
        }
        CompletableFuture<byte @Nullable []> sent;
        try {
            sent = sending.send();
        } catch (RuntimeException e) {
            // Whatever it is: nobody is to be called back by an exception.
            sent = CompletableFuture.failedFuture(e);
        }
        return sent.whenComplete((value, failure) -> reading.decrementAndGet());
    }

    private static Optional<ByteString> bytes(byte @Nullable [] value) {
        return Optional.ofNullable(value).map(ByteString::copyFrom);
    }

    private static Reply unavailable(String detail) {
        return new Reply.Unavailable(detail);
    }

    @Override
    public void close() {
        if (closed.complete(null)) {
            CompletableFuture<Void> unused = connection.closeAsync();
        }
    }
}
