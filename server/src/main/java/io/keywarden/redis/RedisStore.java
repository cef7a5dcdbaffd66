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
import io.keywarden.token.SlotTag;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The store on one Redis. It can be made, and asked, while Redis is away: then it answers so at once, and recovers alone
 * when Redis is back. No command is ever sent twice. Answers come on a thread of the connection. Safe for use by several
 * threads.
 */
public final class RedisStore implements RecordReader, RecordWriter, IndexReader, AutoCloseable {
    /** How many commands can wait for answers when another read is sent. */
    private static final int MAX_WAITING_READS = 1_024;
    /** How many can wait when anything else is sent: reads cannot crowd out a revocation. */
    private static final int MAX_WAITING = MAX_WAITING_READS + 256;
    /** What Lettuce holds at most: never the tighter bound. */
    private static final int QUEUE = 2 * MAX_WAITING;

    private final RedisLink link;
    private final RedisCalls calls;
    private final CommitScript script;

    private RedisStore(RedisLink link, RedisCalls calls, CommitScript script) {
        this.link = link;
        this.calls = calls;
        this.script = script;
    }

    /** Makes a store, and begins to connect without waiting for it. */
    public static RedisStore connect(RedisSettings settings, RedisObserver observer) {
        CommitScript script = CommitScript.load();
        RedisLink link = new RedisLink(
                RedisClients.create(settings, QUEUE),
                settings,
                settings.location().addresses().get(0));
        link.start();
        return new RedisStore(link, new RedisCalls(link, observer), script);
    }

    /** Why Redis cannot be used right now, for people; empty if it can. */
    public Optional<String> obstacle() {
        return link.session() == null ? Optional.of(link.whyNot()) : Optional.empty();
    }

    @Override
    public CompletionStage<Fetched> fetch(List<RecordKey> keys, Duration limit) {
        byte[][] all = keys.stream().map(RedisKeys::record).toArray(byte[][]::new);
        Call<List<KeyValue<byte[], byte[]>>, Fetched> call = new Call<>(
                Operation.FETCH,
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
        Call<byte[], Outcome> call = new Call<>(
                Operation.COMMIT,
                MAX_WAITING,
                session -> script.run(session.commands(), session.server(), commit),
                CommitScript::outcome,
                failure -> failure.outcome() == RedisObserver.Outcome.NO_ANSWER
                        ? new Outcome.Unknown(failure.detail())
                        : new Outcome.Refused(failure.detail()));
        return calls.ask(call, limit);
    }

    @Override
    public CompletionStage<Lookup<List<String>>> list(IndexKey index, String after, int most, Duration limit) {
        Range.Boundary<byte[]> from = after.isEmpty()
                ? Range.Boundary.unbounded()
                : Range.Boundary.excluding(after.getBytes(StandardCharsets.UTF_8));
        Range<byte[]> range = Range.from(from, Range.Boundary.unbounded());
        return look(
                Operation.LIST,
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
                commands -> commands.hget(RedisKeys.index(index), RedisKeys.bytes(name)),
                found -> Optional.ofNullable(found).map(holder -> new String(holder, StandardCharsets.UTF_8)),
                limit);
    }

    @Override
    public CompletionStage<Lookup<ByteString>> mark(SlotTag slot, String id, Duration limit) {
        return look(
                Operation.MARK,
                commands -> commands.get(RedisKeys.mark(slot, id)),
                found -> Optional.ofNullable(found).map(ByteString::copyFrom),
                limit);
    }

    @Override
    public CompletionStage<Lookup<List<ByteString>>> events(RecordKey key, long from, int most, Duration limit) {
        Range<String> range = Range.from(Range.Boundary.including(from + "-0"), Range.Boundary.<String>unbounded());
        return look(
                Operation.EVENTS,
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

    private interface Command<A> {
        RedisFuture<A> send(RedisAsyncCommands<byte[], byte[]> commands);
    }

    private <A extends @Nullable Object, T> CompletionStage<Lookup<T>> look(
            Operation operation, Command<A> command, Function<A, Optional<T>> found, Duration limit) {
        Call<A, Lookup<T>> call = new Call<>(
                operation,
                MAX_WAITING,
                session -> command.send(session.commands()).toCompletableFuture(),
                reply -> Answer.ok(
                        found.apply(reply).<Lookup<T>>map(Lookup.Found::new).orElseGet(Lookup.NotFound::new)),
                failure -> new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, failure.detail()));
        return calls.ask(call, limit);
    }

    /** Ends the connection; who still waits for an answer is told that none comes. Returns within a few seconds. */
    @Override
    public void close() {
        link.close();
    }
}
