package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.IdTags;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
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
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenState;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NearCacheTest {
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_KNOWN = Duration.ofMinutes(5);
    private static final SlotTag SLOT = new SlotTag("a8Z");

    private final SecureRandom random = new SecureRandom();
    private final Records records = new Records();
    private final HmacKeys keys = new HmacKeys(1, Map.of(1, new byte[32]));
    private final IdTags tags = new IdTags(keys);
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // wraps on the way
    private final RecordJudge judge = new RecordJudge(records.opener(), new HighWater(10_000));
    private final StoreMarker marker = new StoreMarker(judge, Optional.empty());
    private final List<Event> events = new ArrayList<>();
    private final Uid tenantUid = Uid.random(random);
    private final Uid tokenUid = Uid.random(random);
    private final TokenId id = tags.issue(SLOT, random);
    private final FakeFeed feed = new FakeFeed();
    private NearCache cache = cache(CacheLimits.DEFAULT);
    private Generation generation = begin(feed);

    private NearCache cache(CacheLimits limits) {
        return new NearCache(
                new NearCache.Needs(judge, marker, new Aliases(keys), tags, Runnable::run, events::add),
                limits,
                clock::get);
    }

    private Generation begin(FakeFeed connection) {
        Generation begun = new Generation(connection, new Lease(LEASE, clock.get()), CacheLimits.DEFAULT);
        begun.lease().renew(clock.get());
        return begun;
    }

    @BeforeEach
    void found() {
        Uid incarnation = Uid.random(random);
        ByteString payload = StoreRecord.newBuilder()
                .setIncarnation(ByteString.copyFrom(incarnation.toBytes()))
                .setLongestKnownAge(com.google.protobuf.Duration.newBuilder().setSeconds(LONGEST_KNOWN.toSeconds()))
                .build()
                .toByteString();
        ByteString bytes = records.sign(
                StoredRecord.Draft.first(RecordKey.STORE, incarnation, StoredRecord.ChainHead.EMPTY, payload));
        assertThat(marker.defect(marker.expect(), Optional.of(bytes))).isEmpty();
        feed.values.put(RecordKey.STORE, bytes);
        put(feed, 1, TokenRecord.State.ACTIVE);
        cache.use(CacheWorld.single(generation));
    }

    @Test
    void token_readOnce_knownFromThenOn() {
        assertThat(state(cache.begin("a"))).isEqualTo(TokenState.ACTIVE);
        assertThat(state(cache.begin("a"))).isEqualTo(TokenState.ACTIVE);

        assertThat(feed.reads).hasValue(1);
        assertThat(events).containsSubsequence(Event.MISS, Event.HIT);
    }

    @Test
    void token_pushedOut_readAgain() {
        state(cache.begin("a"));
        put(feed, 2, TokenRecord.State.REVOKED);
        generation.invalidate(RecordKey.token(id));

        assertThat(state(cache.begin("a"))).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void token_pushOvertakesTheReply_replyIsNotKept() {
        feed.held = true;
        CheckView view = cache.begin("a");
        view.token(id);
        var loaded = view.load(LIMIT);
        put(feed, 2, TokenRecord.State.REVOKED);
        generation.invalidate(RecordKey.token(id));
        feed.release();
        assertThat(loaded.toCompletableFuture()).isCompleted();

        feed.held = false;
        assertThat(state(cache.begin("b"))).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void token_everythingPushedOutWhileItIsRead_replyIsNotKept() {
        feed.held = true;
        CheckView view = cache.begin("a");
        view.token(id);
        var unused = view.load(LIMIT);
        generation.invalidateAll();
        put(feed, 2, TokenRecord.State.REVOKED);
        feed.release();

        feed.held = false;
        assertThat(state(cache.begin("b"))).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void token_askedForByManyAtOnce_readOnce() {
        feed.held = true;
        List<CheckView> views = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            CheckView view = cache.begin("a");
            view.token(id);
            var unused = view.load(LIMIT);
            views.add(view);
            pass(Duration.ofMillis(1));
        }
        feed.release();

        assertThat(feed.reads).hasValue(1);
        assertThat(views)
                .allSatisfy(view -> assertThat(found(view.token(id)).state()).isEqualTo(TokenState.ACTIVE));
    }

    @Test
    void token_madeUpId_notFoundWithoutARead() {
        state(cache.begin("a"));
        for (int i = 0; i < 1_000; i++) {
            CheckView view = cache.begin("a");
            assertThat(view.token(new TokenId(SLOT.text() + "%023d".formatted(i))))
                    .isInstanceOf(Lookup.NotFound.class);
            assertThat(view.isComplete()).isTrue();
        }

        assertThat(feed.reads).hasValue(1);
        assertThat(generation.entries().size()).isEqualTo(1);
    }

    @Test
    void token_isNotThere_rememberedForALeaseOnly() {
        TokenId absent = tags.issue(SLOT, random);
        CheckView view = cache.begin("a");
        read(view, absent);
        assertThat(read(cache.begin("a"), absent)).isInstanceOf(Lookup.NotFound.class);
        assertThat(feed.reads).hasValue(1);

        pass(LEASE.plusMillis(1));
        generation.lease().renew(clock.get());
        assertThat(read(cache.begin("a"), absent)).isInstanceOf(Lookup.NotFound.class);
        assertThat(feed.reads).hasValue(2);
    }

    @Test
    void token_isNotThereInAStoreThatWasEmptied_staleState() {
        state(cache.begin("a"));
        feed.values.clear();
        generation.invalidateAll();

        assertThat(((Lookup.CannotTell<Token>) read(cache.begin("a"), id)).reason())
                .isEqualTo(Reason.STALE_STATE);
        assertThat(((Lookup.CannotTell<Token>) read(cache.begin("a"), tags.issue(SLOT, random))).reason())
                .isEqualTo(Reason.STALE_STATE);
    }

    @Test
    void distrust_answeredFromMemory_readsAgainOnce() {
        TokenId late = tags.issue(SLOT, random);
        read(cache.begin("a"), late);
        CheckView view = cache.begin("a");
        assertThat(view.token(late)).isInstanceOf(Lookup.NotFound.class);
        put(feed, late, 1, TokenRecord.State.ACTIVE);

        assertThat(view.distrust()).isTrue();
        assertThat(view.isComplete()).isFalse();
        var unused = view.load(LIMIT);
        assertThat(found(view.token(late)).state()).isEqualTo(TokenState.ACTIVE);
        assertThat(view.distrust()).isFalse();
    }

    @Test
    void distrust_readItself_isNotReadAgain() {
        CheckView view = cache.begin("a");
        read(view, tags.issue(SLOT, random));

        assertThat(view.distrust()).isFalse();
    }

    @Test
    void distrust_olderReadUnderWay_isNotEnough() {
        state(cache.begin("a"));
        feed.held = true;
        CheckView first = cache.begin("a");
        first.token(id);
        first.distrust();
        var unused = first.load(LIMIT);
        pass(Duration.ofMillis(1));
        put(feed, 2, TokenRecord.State.REVOKED);
        List<CheckView> later = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            CheckView view = cache.begin("a");
            view.token(id);
            assertThat(view.distrust()).isTrue();
            unused = view.load(LIMIT);
            later.add(view);
        }
        assertThat(feed.reads).hasValue(2);
        feed.release();

        assertThat(later)
                .allSatisfy(view -> assertThat(found(view.token(id)).state()).isEqualTo(TokenState.REVOKED));
        assertThat(feed.reads).as("one for the first, one for all the others").hasValue(3);
    }

    @Test
    void doubt_leaseRuns_none() {
        CheckView view = cache.begin("a");
        state(view);
        pass(LEASE.minusNanos(1));

        assertThat(view.doubt(Optional.empty())).isEmpty();
    }

    @Test
    void doubt_leaseOver_staleState() {
        state(cache.begin("a"));
        pass(LEASE);
        CheckView view = cache.begin("a");
        assertThat(found(view.token(id)).state()).isEqualTo(TokenState.ACTIVE);

        assertThat(view.doubt(Optional.of(OutagePolicy.ERROR)))
                .map(Decision.CannotTell::reason)
                .contains(Reason.STALE_STATE);
    }

    @Test
    void doubt_sleptBetweenReadingAndDeciding_staleStateHoweverFreshTheLeaseIsNow() {
        state(cache.begin("a"));
        CheckView view = cache.begin("a");
        view.token(id);
        pass(LEASE);
        generation.lease().renew(clock.get());

        assertThat(view.doubt(Optional.empty())).isPresent();
    }

    @Test
    void doubt_ownReadOlderThanALease_staleStateHoweverFreshTheLeaseIs() {
        feed.held = true;
        CheckView view = cache.begin("a");
        view.token(id);
        var unused = view.load(LIMIT);
        pass(LEASE);
        generation.lease().renew(clock.get());
        feed.release();
        assertThat(found(view.token(id)).state()).isEqualTo(TokenState.ACTIVE);

        assertThat(view.doubt(Optional.empty())).isPresent();
    }

    @Test
    void doubt_servesKnownWithinMaxAge_thenNoMore() {
        OutagePolicy policy = new OutagePolicy(Duration.ofSeconds(30));
        state(cache.begin("a"));
        generation.end("gone");
        pass(LEASE.plusSeconds(29));

        CheckView view = cache.begin("a");
        assertThat(found(view.token(id)).state()).isEqualTo(TokenState.ACTIVE);
        assertThat(view.doubt(Optional.of(policy))).isEmpty();
        assertThat(view.doubt(Optional.of(OutagePolicy.ERROR))).isPresent();
        assertThat(view.doubt(Optional.empty())).isPresent();
        pass(Duration.ofSeconds(1));
        assertThat(view.doubt(Optional.of(policy))).isPresent();
        assertThat(events).contains(Event.SERVED_KNOWN);
    }

    @Test
    void doubt_policyLongerThanTheStoreAllows_isCut() {
        state(cache.begin("a"));
        generation.end("gone");
        pass(LEASE.plus(LONGEST_KNOWN));

        CheckView view = cache.begin("a");
        view.token(id);
        assertThat(view.doubt(Optional.of(new OutagePolicy(Duration.ofDays(1)))))
                .isPresent();
    }

    @Test
    void discard_recordTampered_isNeverSoftened() {
        state(cache.begin("a"));
        CheckView view = cache.begin("a");
        view.token(id);
        generation.discard(Reason.RECORD_TAMPERED, "forged marker");
        pass(LEASE);

        assertThat(view.doubt(Optional.of(new OutagePolicy(Duration.ofMinutes(1)))))
                .map(Decision.CannotTell::reason)
                .contains(Reason.RECORD_TAMPERED);
    }

    @Test
    void discard_unknownRecordAskedFor_hasItsReason() {
        generation.discard(Reason.STALE_STATE, "another store");

        assertThat(((Lookup.CannotTell<Token>) read(cache.begin("a"), id)).reason())
                .isEqualTo(Reason.STALE_STATE);
        assertThat(feed.reads).hasValue(0);
    }

    @Test
    void newGeneration_oldOneUnderItsLease_goesOnAndIsReadAnewBeside() {
        state(cache.begin("a"));
        generation.end("broken");
        FakeFeed second = new FakeFeed();
        second.values.putAll(feed.values);
        cache.use(CacheWorld.single(begin(second)));

        CheckView view = cache.begin("a");
        assertThat(found(view.token(id)).state()).isEqualTo(TokenState.ACTIVE);
        assertThat(view.isComplete()).isTrue();
        assertThat(second.reads).hasValue(1);
        pass(LEASE.minusNanos(1));
        assertThat(view.doubt(Optional.empty())).isEmpty();
    }

    @Test
    void newGeneration_oldOnesLeaseOver_isNotAskedAnyMore() {
        state(cache.begin("a"));
        generation.end("broken");
        pass(LEASE);
        FakeFeed second = new FakeFeed();
        second.values.putAll(feed.values);
        put(second, 2, TokenRecord.State.REVOKED);
        cache.use(CacheWorld.single(begin(second)));

        assertThat(state(cache.begin("a"))).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void discardedGeneration_isNeverAskedAgain() {
        state(cache.begin("a"));
        generation.discard(Reason.STALE_STATE, "tracking was off");
        FakeFeed second = new FakeFeed();
        second.values.putAll(feed.values);
        put(second, 2, TokenRecord.State.REVOKED);
        cache.use(CacheWorld.single(begin(second)));

        assertThat(state(cache.begin("a"))).isEqualTo(TokenState.REVOKED);
        assertThat(feed.closed).isTrue();
    }

    @Test
    void redirectedReply_isUsedAndNotKept() {
        redirect();

        assertThat(state(cache.begin("a"))).isEqualTo(TokenState.ACTIVE);
        assertThat(state(cache.begin("a"))).isEqualTo(TokenState.ACTIVE);
        assertThat(feed.reads).hasValue(2);
    }

    @Test
    void redirectedReply_isBelievedNoLongerThanTheMasterThatGaveIt() {
        redirect();
        CheckView view = cache.begin("a");
        assertThat(state(view)).isEqualTo(TokenState.ACTIVE);
        pass(Duration.ofMillis(19));
        assertThat(view.doubt(Optional.empty())).isEmpty();

        pass(Duration.ofMillis(1));

        assertThat(view.doubt(Optional.empty())).isPresent();
    }

    private void redirect() {
        feed.redirecting = true;
        feed.redirectedUntil = clock.get() + Duration.ofMillis(20).toNanos();
    }

    @Test
    void tamperedRecord_isNotKept() {
        feed.values.put(RecordKey.token(id), ByteString.copyFromUtf8("forged"));

        Lookup<Token> lookup = read(cache.begin("a"), id);
        assertThat(((Lookup.CannotTell<Token>) lookup).reason()).isEqualTo(Reason.RECORD_TAMPERED);
        put(feed, 1, TokenRecord.State.ACTIVE);
        assertThat(state(cache.begin("a"))).isEqualTo(TokenState.ACTIVE);
    }

    @Test
    void hitOfOldAge_isReadAgainBesideAndStaysKnown() {
        state(cache.begin("a"));
        pass(CacheLimits.DEFAULT.hitAge().multipliedBy(2));
        generation.lease().renew(clock.get());
        feed.held = true;

        CheckView view = cache.begin("a");
        assertThat(found(view.token(id)).state()).isEqualTo(TokenState.ACTIVE);
        assertThat(view.isComplete()).isTrue();
        assertThat(feed.reads).hasValue(2);
    }

    @Test
    void feedAway_cannotTell() {
        feed.away = true;

        Lookup<Token> lookup = read(cache.begin("a"), id);

        assertThat(((Lookup.CannotTell<Token>) lookup).reason()).isEqualTo(Reason.STORE_UNAVAILABLE);
        feed.away = false;
        assertThat(state(cache.begin("a"))).isEqualTo(TokenState.ACTIVE);
    }

    @Test
    void noGeneration_cannotTell() {
        cache = cache(CacheLimits.DEFAULT);
        CheckView view = cache.begin("a");

        assertThat(view.token(id)).isInstanceOf(Lookup.CannotTell.class);
        assertThat(view.isComplete()).isTrue();
        assertThat(view.doubt(Optional.empty())).isPresent();
        assertThat(cache.obstacle()).isPresent();
    }

    @Test
    void readsOfOneSource_areBoundedApartFromOthers() {
        CacheLimits tight = new CacheLimits(1L << 20, 10_000, 256, 100, 10, Duration.ofSeconds(60));
        cache = cache(tight);
        cache.use(CacheWorld.single(generation));
        int unavailable = 0;
        for (int i = 0; i < 50; i++) {
            if (read(cache.begin("greedy"), tags.issue(SLOT, random)) instanceof Lookup.CannotTell<?>) {
                unavailable++;
            }
        }

        assertThat(unavailable).isBetween(39, 40);
        assertThat(read(cache.begin("other"), tags.issue(SLOT, random))).isInstanceOf(Lookup.NotFound.class);
        assertThat(events).contains(Event.SOURCE_BOUND);
    }

    @Test
    void absentRecords_manyOfThem_pushNoHitOut() {
        state(cache.begin("a"));
        int before = feed.reads.get();
        for (int i = 0; i < 30_000; i++) {
            pass(Duration.ofNanos(300_000));
            generation.lease().renew(clock.get());
            read(cache.begin("s" + i), tags.issue(SLOT, random));
        }

        assertThat(feed.reads.get() - before).isGreaterThan(20_000);
        assertThat(generation.entries().get(RecordKey.token(id))).isNotNull();
        assertThat(generation.entries().size()).isLessThanOrEqualTo(10_001);
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private TokenState state(CheckView view) {
        return found(read(view, id)).state();
    }

    private static Lookup<Token> read(CheckView view, TokenId token) {
        Lookup<Token> first = view.token(token);
        if (view.isComplete()) {
            return first;
        }
        assertThat(view.load(LIMIT).toCompletableFuture()).isCompleted();
        return view.token(token);
    }

    private static Token found(Lookup<Token> lookup) {
        return lookup.fold(
                token -> token,
                absent -> {
                    throw new AssertionError("not found");
                },
                unknown -> {
                    throw new AssertionError(unknown.toString());
                });
    }

    private void put(FakeFeed target, long version, TokenRecord.State state) {
        put(target, id, version, state);
    }

    private void put(FakeFeed target, TokenId token, long version, TokenRecord.State state) {
        TokenRecord payload = TokenRecord.newBuilder()
                .setId(token.text())
                .setTenantUid(ByteString.copyFrom(tenantUid.toBytes()))
                .setState(state)
                .build();
        target.values.put(
                RecordKey.token(token),
                records.sign(new StoredRecord.Draft(
                        RecordKey.token(token),
                        tokenUid,
                        version,
                        StoredRecord.ChainHead.EMPTY,
                        payload.toByteString())));
    }
}
