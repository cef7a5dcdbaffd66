package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.IdTags;
import io.keywarden.policy.Reason;
import io.keywarden.store.Aliases;
import io.keywarden.store.CatalogLoader;
import io.keywarden.store.CheckView;
import io.keywarden.store.HighWater;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordJudge;
import io.keywarden.store.RecordKey;
import io.keywarden.store.Records;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import io.keywarden.store.v1.OperationRecord;
import io.keywarden.store.v1.StoreRecord;
import io.keywarden.store.v1.StoredAction;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenState;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A store of signed records, a clock that a test moves, and what a near cache over them needs. */
final class CacheWorld {
    static final Duration LIMIT = Duration.ofSeconds(5);
    static final Duration LONGEST_KNOWN = Duration.ofMinutes(5);
    static final SlotTag SLOT = new SlotTag("a8Z");

    final SecureRandom random = new SecureRandom();
    final Records records = new Records();
    final HmacKeys keys = new HmacKeys(1, Map.of(1, new byte[32]));
    final IdTags tags = new IdTags(keys);
    final Queue<Event> events = new ConcurrentLinkedQueue<>();
    final Uid tenantUid = Uid.random(random);
    final Uid tokenUid = Uid.random(random);
    final TokenId id = tags.issue(SLOT, random);
    final RecordKey key = RecordKey.token(id);
    /** Runs once, the next time that somebody asks for the time. */
    final AtomicReference<Runnable> whenAskedForTheTime = new AtomicReference<>(() -> {});

    Duration lease = Duration.ofSeconds(1);
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // wraps on the way
    private final RecordJudge judge;
    private final StoreMarker marker;
    private final ByteString markerBytes;

    CacheWorld() {
        this(10_000);
    }

    /**
     * Makes one.
     *
     * @param highWater of how many records it is remembered what was seen of them
     */
    CacheWorld(int highWater) {
        judge = new RecordJudge(records.opener(), new HighWater(highWater));
        marker = new StoreMarker(judge, Optional.empty());
        Uid incarnation = Uid.random(random);
        ByteString payload = StoreRecord.newBuilder()
                .setIncarnation(ByteString.copyFrom(incarnation.toBytes()))
                .setLongestKnownAge(com.google.protobuf.Duration.newBuilder().setSeconds(LONGEST_KNOWN.toSeconds()))
                .build()
                .toByteString();
        markerBytes = records.sign(
                StoredRecord.Draft.first(RecordKey.STORE, incarnation, StoredRecord.ChainHead.EMPTY, payload));
        assertThat(marker.defect(marker.expect(), Optional.of(markerBytes))).isEmpty();
    }

    NearCache cache() {
        return cache(CacheLimits.DEFAULT, Runnable::run);
    }

    NearCache cache(CacheLimits limits, Executor work) {
        return new NearCache(needs(work), limits, this::nanoTime, Runnable::run);
    }

    /** What reads into generations, without a near cache around it. */
    Loader loader(CatalogLoader catalogs) {
        return new Loader(needs(Runnable::run), this::nanoTime, catalogs);
    }

    /** A near cache that looks for names in other places. */
    NearCache cache(Aliases aliases) {
        NearCache.Needs needs = new NearCache.Needs(judge, marker, aliases, tags, Runnable::run, events::add);
        return new NearCache(needs, CacheLimits.DEFAULT, this::nanoTime, Runnable::run);
    }

    private NearCache.Needs needs(Executor work) {
        return new NearCache.Needs(judge, marker, new Aliases(keys), tags, work, events::add);
    }

    long nanoTime() {
        long now = clock.get();
        whenAskedForTheTime.getAndSet(() -> {}).run();
        return now;
    }

    /** Makes known what another master has of the token, as a generation of it would. */
    void see(FakeFeed feed) {
        assertThat(judge.expect(key).judge(Optional.ofNullable(feed.values.get(key))))
                .isInstanceOf(Lookup.Found.class);
    }

    /** A connection to a master that has the marker and one active token. */
    FakeFeed feed() {
        FakeFeed feed = new FakeFeed();
        feed.values.put(RecordKey.STORE, markerBytes);
        put(feed, 1, TokenRecord.State.ACTIVE);
        return feed;
    }

    /** A generation whose lease has just begun. */
    Generation begin(Feed feed) {
        return begin(feed, CacheLimits.DEFAULT);
    }

    Generation begin(Feed feed, CacheLimits limits) {
        Generation begun = new Generation(feed, new Lease(lease, clock.get()), limits);
        begun.lease().renew(clock.get());
        return begun;
    }

    /** Stands in for a master that there is no connection to yet. */
    Generation absent(Reason reason) {
        FakeFeed feed = new FakeFeed();
        feed.away = true;
        Generation none = new Generation(feed, new Lease(Duration.ZERO, clock.get()), CacheLimits.DEFAULT);
        none.discard(reason, "absent");
        return none;
    }

    void renew(Generation generation) {
        generation.lease().renew(clock.get());
    }

    void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    /** One master for everything. */
    static Routing single(Generation generation) {
        return Routing.of(List.of(generation), slot -> 0);
    }

    /** From now on the connection sends its reads on to another master, whose lease is over after that time. */
    void redirect(FakeFeed feed, Duration left) {
        feed.redirecting = true;
        feed.redirectedUntil = clock.get() + left.toNanos();
    }

    TokenState state(NearCache cache) {
        return state(cache.begin("a"));
    }

    /** Reads the token for a check, if it is not known. */
    TokenState state(CheckView view) {
        return found(read(view, id)).state();
    }

    /** Makes the cache know the token from one generation, as a hit that is to be read again. */
    void knowAndGrowOld(NearCache cache, Generation generation) {
        cache.use(single(generation));
        assertThat(state(cache)).isEqualTo(TokenState.ACTIVE);
        pass(CacheLimits.DEFAULT.hitAge().multipliedBy(2));
        renew(generation);
    }

    /** What a check knows of the token by now. */
    TokenState known(CheckView view) {
        return found(view.token(id)).state();
    }

    Reason untold(NearCache cache) {
        return untold(cache, id);
    }

    static Reason untold(NearCache cache, TokenId token) {
        Lookup<Token> lookup = read(cache.begin("a"), token);
        assertThat(lookup).isInstanceOf(Lookup.CannotTell.class);
        return ((Lookup.CannotTell<Token>) lookup).reason();
    }

    /** Begins a check that asks for a token, and does not wait for it. */
    static CheckView ask(NearCache cache, TokenId token) {
        CheckView view = cache.begin("a");
        view.token(token);
        var unused = view.load(LIMIT);
        return view;
    }

    static Lookup<Token> read(CheckView view, TokenId token) {
        Lookup<Token> first = view.token(token);
        if (view.isComplete()) {
            return first;
        }
        assertThat(view.load(LIMIT).toCompletableFuture()).isCompleted();
        return view.token(token);
    }

    static <T> T found(Lookup<T> lookup) {
        return lookup.fold(
                value -> value,
                absent -> {
                    throw new AssertionError("not found");
                },
                unknown -> {
                    throw new AssertionError(unknown.toString());
                });
    }

    void put(FakeFeed target, long version, TokenRecord.State state) {
        put(target, id, version, state);
    }

    void put(FakeFeed target, TokenId token, long version, TokenRecord.State state) {
        TokenRecord payload = TokenRecord.newBuilder()
                .setId(token.text())
                .setTenantUid(ByteString.copyFrom(tenantUid.toBytes()))
                .setState(state)
                .build();
        put(target, RecordKey.token(token), tokenUid, version, payload.toByteString());
    }

    void put(FakeFeed target, RecordKey where, Uid uid, long version, ByteString payload) {
        target.values.put(
                where,
                records.sign(new StoredRecord.Draft(where, uid, version, StoredRecord.ChainHead.EMPTY, payload)));
    }

    /** Puts a catalog there with so many modules, each with one operation. */
    Tenant.CatalogRef putCatalog(FakeFeed target, int modules) {
        Tenant.CatalogRef catalog = new Tenant.CatalogRef(Uid.random(random), SLOT);
        CatalogRecord.Builder payload = CatalogRecord.newBuilder().setId("shop");
        for (int i = 0; i < modules; i++) {
            Uid uid = Uid.random(random);
            ByteString uidBytes = ByteString.copyFrom(uid.toBytes());
            ModuleRecord module = ModuleRecord.newBuilder()
                    .setId("m" + i)
                    .addOperations(OperationRecord.newBuilder()
                            .setId("list")
                            .setUid(uidBytes)
                            .setAction(StoredAction.READ)
                            .addHttpMethods("GET")
                            .setPathTemplate("/m" + i))
                    .build();
            put(target, RecordKey.module(SLOT, uid), uid, 1, module.toByteString());
            payload.addModules(
                    ModuleReference.newBuilder().setId("m" + i).setUid(uidBytes).setVersion(1));
        }
        put(
                target,
                RecordKey.catalog(SLOT, catalog.uid()),
                catalog.uid(),
                1,
                payload.build().toByteString());
        return catalog;
    }
}
