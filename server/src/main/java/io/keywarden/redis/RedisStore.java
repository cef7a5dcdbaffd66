package io.keywarden.redis;

import com.google.protobuf.ByteString;
import io.keywarden.policy.Reason;
import io.keywarden.redis.RedisCalls.Answer;
import io.keywarden.redis.RedisCalls.Call;
import io.keywarden.redis.RedisObserver.Operation;
import io.keywarden.store.Commit;
import io.keywarden.store.IndexKey;
import io.keywarden.store.IndexReader;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.SecretUse;
import io.keywarden.store.StoreCondition;
import io.keywarden.store.UseWriter;
import io.keywarden.token.IpAddress;
import io.keywarden.token.SlotTag;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.ZAddArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The store on Redis: on one, on the master that Sentinels name, or on the masters of a cluster. It can be made, and asked,
 * while Redis is away: then it answers so at once, and recovers alone when Redis is back. No command is ever sent again
 * unless Redis said that it did nothing. Answers come on a thread of a connection. Safe for use by several threads.
 */
public final class RedisStore
        implements RecordReader, RecordWriter, IndexReader, UseWriter, StoreCondition, AutoCloseable {
    /** How many commands can wait for answers when another read is sent. */
    private static final int MAX_WAITING_READS = 1_024;
    /** How many can wait when anything else is sent: reads cannot crowd out a revocation. */
    private static final int MAX_WAITING = MAX_WAITING_READS + 256;
    /** How many can wait when a use is to be kept: nothing else has to wait for that. */
    private static final int MAX_WAITING_USES = 512;
    /** What Lettuce holds at most: never the tighter bound. */
    private static final int QUEUE = 2 * MAX_WAITING;

    private final RedisMasters masters;
    private final RedisCalls calls;
    private final CommitScript script;
    private final WriteConfirmation confirmation;
    private final IntSupplier replicas;

    private RedisStore(RedisMasters masters, RedisObserver observer, IntSupplier replicas) {
        this.masters = masters;
        this.calls = new RedisCalls(masters, observer);
        this.script = CommitScript.load();
        this.confirmation = new WriteConfirmation(masters.isStandalone(), replicas);
        this.replicas = replicas;
    }

    /**
     * Makes a store for who only reads, and begins to connect without waiting for it: whether a write is durable is not asked
     * for.
     */
    public static RedisStore connect(RedisSettings settings, RedisObserver observer) {
        return connect(settings, new ServerQuestion(false), () -> 0, observer);
    }

    /**
     * Makes a store, and begins to connect without waiting for it.
     *
     * @param replicas how many replicas of a master have to confirm a write before it counts as durable; without a meaning
     *     on a standalone Redis
     */
    public static RedisStore connect(RedisSettings settings, IntSupplier replicas, RedisObserver observer) {
        boolean standalone = settings.location() instanceof RedisSettings.Location.Standalone;
        return connect(settings, new ServerQuestion(standalone), replicas, observer);
    }

    private static RedisStore connect(
            RedisSettings settings, ServerQuestion question, IntSupplier replicas, RedisObserver observer) {
        RedisClient client = RedisClients.create(settings, QUEUE);
        RedisMasters masters =
                new RedisMasters(new RedisLink.Shared(client, settings, question), TopologySource.of(client, settings));
        masters.start();
        return new RedisStore(masters, observer, replicas);
    }

    /** Why not all of Redis can be used right now, for people; empty if it can. */
    public Optional<String> obstacle() {
        return masters.obstacle();
    }

    @Override
    public Optional<Condition> now() {
        return RedisCondition.of(masters.view(), masters.isStandalone(), replicas.getAsInt());
    }

    @Override
    public CompletionStage<Fetched> fetch(List<RecordKey> keys, Duration limit) {
        return FetchParts.of(keys, !masters.areOfCluster()).fetch(part -> fetchTogether(part, limit));
    }

    /** Reads keys that are all in one slot, or all on one server that has every slot. */
    private CompletionStage<Fetched> fetchTogether(List<RecordKey> keys, Duration limit) {
        byte[][] all = keys.stream().map(RedisKeys::record).toArray(byte[][]::new);
        Call<List<KeyValue<byte[], byte[]>>, Fetched> call = new Call<>(
                Operation.FETCH,
                keys.isEmpty() ? RecordKey.STORE.slot() : keys.get(0).slot(),
                MAX_WAITING_READS,
                session -> session.commands().mget(all).toCompletableFuture(),
                found -> Answer.ok(
                        new Fetched.Values(found.stream().map(RedisStore::value).toList())),
                failure -> new Fetched.Unavailable(failure.detail()));
        return calls.ask(call, limit);
    }

    private static Optional<ByteString> value(KeyValue<byte[], byte[]> found) {
        return found.hasValue() ? Optional.of(ByteString.copyFrom(found.getValue())) : Optional.empty();
    }

    @Override
    public CompletionStage<Outcome> commit(Commit commit, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Call<Answer<Answered>, Answered> call = new Call<>(
                Operation.COMMIT,
                commit.slot(),
                MAX_WAITING,
                session -> script.run(session.commands(), session.server(), commit)
                        .thenApply(said -> answered(session, CommitScript.outcome(said))),
                Function.identity(),
                failure -> new Answered(
                        null,
                        failure.outcome() == RedisObserver.Outcome.NO_ANSWER
                                ? new Outcome.Unknown(failure.detail())
                                : new Outcome.Refused(failure.detail())));
        return calls.ask(call, limit).thenCompose(answered -> confirmed(answered, deadline));
    }

    /** What came of a commit, and on which connection: there its replicas are asked for. */
    private record Answered(RedisLink.@Nullable Session session, Outcome outcome) {}

    private static Answer<Answered> answered(RedisLink.Session session, Answer<Outcome> said) {
        return new Answer<>(new Answered(session, said.value()), said.outcome());
    }

    private CompletionStage<Outcome> confirmed(Answered answered, long deadline) {
        RedisLink.Session session = answered.session();
        if (session == null || !(answered.outcome() instanceof Outcome.Committed)) {
            return CompletableFuture.completedFuture(answered.outcome());
        }
        return confirmation
                .of(session, 0, Duration.ofNanos(deadline - System.nanoTime()))
                .thenApply(Outcome.Committed::new);
    }

    @Override
    public CompletionStage<Durability> confirm(SlotTag slot, int atLeast, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Call<RedisLink.Session, Optional<RedisLink.Session>> call = new Call<>(
                Operation.CONFIRM,
                slot,
                MAX_WAITING,
                session -> confirmation.write(session, slot).thenApply(written -> session),
                session -> Answer.ok(Optional.of(session)),
                failure -> Optional.empty());
        return calls.ask(call, limit)
                .thenCompose(written -> written.map(session ->
                                confirmation.of(session, atLeast, Duration.ofNanos(deadline - System.nanoTime())))
                        .orElseGet(() -> CompletableFuture.completedFuture(Durability.UNCONFIRMED)));
    }

    @Override
    public CompletionStage<Lookup<List<String>>> list(IndexKey index, String after, int most, Duration limit) {
        Range.Boundary<byte[]> from = after.isEmpty()
                ? Range.Boundary.unbounded()
                : Range.Boundary.excluding(after.getBytes(StandardCharsets.UTF_8));
        Range<byte[]> range = Range.from(from, Range.Boundary.unbounded());
        return look(
                Operation.LIST,
                index.slot(),
                commands -> commands.zrangebylex(RedisKeys.index(index), range, Limit.from(most)),
                found -> Optional.of(found.stream()
                        .map(member -> new String(member, StandardCharsets.UTF_8))
                        .toList()),
                limit);
    }

    @Override
    public CompletionStage<Lookup<String>> holder(IndexKey index, String name, Duration limit) {
        return look(
                Operation.HOLDER,
                index.slot(),
                commands -> commands.hget(RedisKeys.index(index), RedisKeys.bytes(name)),
                found -> Optional.ofNullable(found).map(holder -> new String(holder, StandardCharsets.UTF_8)),
                limit);
    }

    @Override
    public CompletionStage<Lookup<ByteString>> mark(SlotTag slot, String id, Duration limit) {
        return look(
                Operation.MARK,
                slot,
                commands -> commands.get(RedisKeys.mark(slot, id)),
                found -> Optional.ofNullable(found).map(ByteString::copyFrom),
                limit);
    }

    @Override
    public CompletionStage<Lookup<List<ByteString>>> events(RecordKey key, long from, int most, Duration limit) {
        Range<String> range = Range.from(Range.Boundary.including(from + "-0"), Range.Boundary.<String>unbounded());
        return look(
                Operation.EVENTS,
                key.slot(),
                commands -> commands.xrange(RedisKeys.history(key), range, Limit.from(most)),
                found -> Optional.of(found.stream().map(RedisStore::event).toList()),
                limit);
    }

    private static ByteString event(StreamMessage<byte[], byte[]> message) {
        Map<byte[], byte[]> fields = message.getBody();
        if (fields.size() != 1) {
            throw new IllegalArgumentException(
                    "event " + message.getId() + " of " + fields.size() + " fields (expected: 1)");
        }
        return ByteString.copyFrom(fields.values().iterator().next());
    }

    @Override
    public CompletionStage<Boolean> use(SecretUse.Of of, List<SecretUse> uses, Duration limit) {
        Call<Boolean, Boolean> call = new Call<>(
                Operation.USES,
                of.token().slot(),
                MAX_WAITING_USES,
                session -> use(session.commands(), RedisKeys.uses(of), uses),
                Answer::ok,
                failure -> false);
        return calls.ask(call, limit);
    }

    /** Three commands, each of which may come twice, or without those after it. */
    private static CompletableFuture<Boolean> use(
            RedisAsyncCommands<byte[], byte[]> commands, byte[] key, List<SecretUse> uses) {
        List<Object> members = new ArrayList<>();
        for (SecretUse use : uses) {
            members.add((double) use.time().toEpochMilli());
            members.add(RedisKeys.bytes(use.address().map(IpAddress::toString).orElse("")));
        }
        CompletableFuture<?> added =
                commands.zadd(key, ZAddArgs.Builder.gt(), members.toArray()).toCompletableFuture();
        CompletableFuture<?> bounded =
                commands.zremrangebyrank(key, 0, -1 - MOST_ADDRESSES).toCompletableFuture();
        CompletableFuture<?> lasting = commands.pexpire(key, KEPT.toMillis()).toCompletableFuture();
        return CompletableFuture.allOf(added, bounded, lasting).thenApply(all -> true);
    }

    @Override
    public CompletionStage<Lookup<List<SecretUse>>> uses(SecretUse.Of of, Duration limit) {
        return look(
                Operation.USES,
                of.token().slot(),
                commands -> commands.zrevrangeWithScores(RedisKeys.uses(of), 0, MOST_ADDRESSES - 1L),
                found -> Optional.of(
                        found.stream().map(member -> use(of, member)).toList()),
                limit);
    }

    private static SecretUse use(SecretUse.Of of, ScoredValue<byte[]> member) {
        String address = new String(member.getValue(), StandardCharsets.UTF_8);
        return new SecretUse(of, IpAddress.parse(address), Instant.ofEpochMilli((long) member.getScore()));
    }

    private interface Command<A> {
        RedisFuture<A> send(RedisAsyncCommands<byte[], byte[]> commands);
    }

    private <A extends @Nullable Object, T> CompletionStage<Lookup<T>> look(
            Operation operation, SlotTag slot, Command<A> command, Function<A, Optional<T>> found, Duration limit) {
        Call<A, Lookup<T>> call = new Call<>(
                operation,
                slot,
                MAX_WAITING,
                session -> command.send(session.commands()).toCompletableFuture(),
                reply -> Answer.ok(
                        found.apply(reply).<Lookup<T>>map(Lookup.Found::new).orElseGet(Lookup.NotFound::new)),
                failure -> new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, failure.detail()));
        return calls.ask(call, limit);
    }

    /** Ends the connections; who still waits for an answer is told that none comes. Returns within a few seconds. */
    @Override
    public void close() {
        masters.close();
    }
}
