package io.keywarden.redis;

import com.google.protobuf.ByteString;
import io.keywarden.cache.CacheLimits;
import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.NearCache;
import io.keywarden.cache.SteadyClock;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.IdTags;
import io.keywarden.policy.Decision;
import io.keywarden.store.Aliases;
import io.keywarden.store.CheckView;
import io.keywarden.store.HighWater;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordJudge;
import io.keywarden.store.RecordKey;
import io.keywarden.store.Records;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.StoreRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A near cache over a real Redis, and a hand that writes the records that it reads. */
final class TrackedWorld implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final SlotTag SLOT = new SlotTag("a8Z");

    final Queue<CacheObserver.Event> events = new ConcurrentLinkedQueue<>();
    final Queue<CacheObserver.Heartbeat> beats = new ConcurrentLinkedQueue<>();
    final NearCache cache;
    final TokenId id;

    private final SecureRandom random = new SecureRandom();
    private final Records records = new Records();
    private final Uid incarnation = Uid.random(random);
    private final Uid tokenUid = Uid.random(random);
    private final RecordJudge judge = new RecordJudge(records.opener(), new HighWater(10_000));
    private final StoreMarker marker = new StoreMarker(judge, Optional.empty());
    private final IdTags tags;
    private final ExecutorService work = Executors.newFixedThreadPool(2);
    private final RedisClient client = RedisClient.create();
    private final Map<Integer, Hand> hands = new ConcurrentHashMap<>();
    private @Nullable TrackedRedis tracked;

    TrackedWorld() {
        HmacKeys keys = new HmacKeys(1, Map.of(1, new byte[HmacKeys.MIN_KEY_BYTES]));
        this.tags = new IdTags(keys);
        this.id = tags.issue(SLOT, random);
        this.cache = new NearCache(
                new NearCache.Needs(judge, marker, new Aliases(keys), tags, work, observer()), CacheLimits.DEFAULT);
    }

    private CacheObserver observer() {
        return new CacheObserver() {
            @Override
            public void on(Event event) {
                events.add(event);
            }

            @Override
            public void heartbeat(Heartbeat outcome, long nanos) {
                beats.add(outcome);
            }
        };
    }

    /** Begins to track. */
    TrackedWorld start(RedisSettings settings, CoherenceRules rules) {
        SteadyClock clock = new SteadyClock(InstantSource.system(), System::nanoTime);
        tracked = TrackedRedis.start(
                settings, new TrackedRedis.Needs(cache::use, marker, clock, CacheLimits.DEFAULT, observer()), rules);
        return this;
    }

    TrackedWorld start(RedisSettings settings) {
        return start(settings, CoherenceRules.ALL);
    }

    TrackedRedis tracked() {
        return Objects.requireNonNull(tracked, "it was not started");
    }

    /** The connection to the first or only master. */
    TrackedConnection connection() {
        return tracked().keepers().get(0).connection().orElseThrow();
    }

    /** One more token id in that slot. */
    TokenId id(SlotTag slot) {
        return tags.issue(slot, random);
    }

    /** A connection that writes to one server, whatever that is by now. */
    record Hand(io.lettuce.core.api.sync.RedisCommands<byte[], byte[]> commands) {
        void set(RecordKey key, ByteString value) {
            String reply = commands.set(RedisKeys.record(key), value.toByteArray());
            if (!"OK".equals(reply)) {
                throw new IllegalStateException(reply);
            }
        }
    }

    Hand hand(int port) {
        return hands.computeIfAbsent(
                port,
                to -> new Hand(client.connect(
                                ByteArrayCodec.INSTANCE,
                                RedisURI.Builder.redis("127.0.0.1", to).build())
                        .sync()));
    }

    /** Signs a token's record. */
    ByteString token(TokenId token, long version, TokenRecord.State state) {
        TokenRecord payload = TokenRecord.newBuilder()
                .setId(token.text())
                .setTenantUid(ByteString.copyFrom(incarnation.toBytes()))
                .setState(state)
                .build();
        return records.sign(new StoredRecord.Draft(
                RecordKey.token(token), tokenUid, version, StoredRecord.ChainHead.EMPTY, payload.toByteString()));
    }

    /** Signs the store's marker. */
    ByteString marker(long version, Duration lease, int replicas) {
        StoreRecord payload = StoreRecord.newBuilder()
                .setIncarnation(ByteString.copyFrom(incarnation.toBytes()))
                .setLease(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(lease.toSeconds())
                        .setNanos(lease.toNanosPart()))
                .setReplicas(replicas)
                .build();
        return records.sign(new StoredRecord.Draft(
                RecordKey.STORE, incarnation, version, StoredRecord.ChainHead.EMPTY, payload.toByteString()));
    }

    /** Puts the marker of a lease of one second there, and an active token. */
    TrackedWorld found(int port) {
        hand(port).set(RecordKey.STORE, marker(1, Duration.ofSeconds(1), 1));
        write(port, 1, TokenRecord.State.ACTIVE);
        return this;
    }

    void write(int port, long version, TokenRecord.State state) {
        hand(port).set(RecordKey.token(id), token(id, version, state));
    }

    /** What a check would make of the token now, such as ACTIVE or STORE_UNAVAILABLE. */
    String state() {
        return state(id);
    }

    String state(TokenId token) {
        return read(token).join();
    }

    /** The same, without waiting for it. */
    CompletableFuture<String> read(TokenId token) {
        CheckView view = cache.begin("test");
        Lookup<Token> found = view.token(token);
        return view.isComplete()
                ? CompletableFuture.completedFuture(answer(view, found))
                : view.load(LIMIT)
                        .thenApply(done -> answer(view, view.token(token)))
                        .toCompletableFuture();
    }

    private static String answer(CheckView view, Lookup<Token> found) {
        return view.doubt(Optional.empty())
                .map(Decision.CannotTell::reason)
                .map(Enum::name)
                .orElse(text(found));
    }

    /** What is known without a read; empty where something would have to be read. */
    Optional<String> known(TokenId token) {
        CheckView view = cache.begin("test");
        Lookup<Token> found = view.token(token);
        return view.isComplete() && view.doubt(Optional.empty()).isEmpty()
                ? Optional.of(text(found))
                : Optional.empty();
    }

    private static String text(Lookup<Token> lookup) {
        return lookup.fold(
                token -> token.state().name(),
                absent -> "ABSENT",
                unknown -> unknown.reason().name());
    }

    @Override
    public void close() {
        if (tracked != null) {
            tracked.close();
        }
        client.shutdown(0, 1, java.util.concurrent.TimeUnit.SECONDS);
        work.shutdownNow();
    }
}
