package io.keywarden.cache;

import static io.keywarden.cache.CacheWorld.found;
import static io.keywarden.cache.CacheWorld.read;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One master: what is known of its records, and what is read. */
class NearCacheTest {
    private final CacheWorld world = new CacheWorld();
    private final FakeFeed feed = world.feed();
    private final Generation generation = world.begin(feed);
    private final NearCache cache = world.cache();

    @BeforeEach
    void use() {
        cache.use(CacheWorld.single(generation));
    }

    @Test
    void token_readOnce_knownFromThenOn() {
        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);

        assertThat(feed.reads).hasValue(1);
        assertThat(world.events).containsOnlyOnce(Event.MISS);
    }

    @Test
    void hits_ofACheck_areCountedOnceItIsDecided() {
        world.state(cache);
        CheckView second = cache.begin("a");
        world.known(second);
        world.known(second);
        long before = hits();
        second.doubt(Optional.empty());
        second.doubt(Optional.empty());

        assertThat(hits() - before).isEqualTo(2);
    }

    private long hits() {
        return world.events.stream().filter(event -> event == Event.HIT).count();
    }

    @Test
    void age_whatIsTakenFromMemory_sinceItWasRead() {
        CheckView first = CacheWorld.ask(cache, world.id);
        assertThat(world.known(first)).isEqualTo(TokenState.ACTIVE);
        assertThat(first.age()).isZero();
        world.pass(Duration.ofMillis(300));
        CheckView second = cache.begin("a");
        assertThat(world.known(second)).isEqualTo(TokenState.ACTIVE);
        assertThat(second.age()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void token_pushedOut_readAgain() {
        world.state(cache);
        world.put(feed, 2, TokenRecord.State.REVOKED);
        generation.invalidate(world.key);

        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void token_pushOvertakesTheReply_replyIsNotKept() {
        feed.held = true;
        CheckView view = cache.begin("a");
        view.token(world.id);
        var loaded = view.load(CacheWorld.LIMIT);
        world.put(feed, 2, TokenRecord.State.REVOKED);
        generation.invalidate(world.key);
        feed.release();
        assertThat(loaded.toCompletableFuture()).isCompleted();

        feed.held = false;
        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void token_everythingPushedOutWhileItIsRead_replyIsNotKept() {
        feed.held = true;
        CheckView unused = CacheWorld.ask(cache, world.id);
        generation.invalidateAll();
        world.put(feed, 2, TokenRecord.State.REVOKED);
        feed.release();

        feed.held = false;
        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void token_askedForByManyAtOnce_readOnce() {
        feed.held = true;
        List<CheckView> views = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            views.add(CacheWorld.ask(cache, world.id));
            world.pass(Duration.ofMillis(1));
        }
        feed.release();

        assertThat(feed.reads).hasValue(1);
        assertThat(views).allSatisfy(view -> assertThat(world.known(view)).isEqualTo(TokenState.ACTIVE));
    }

    @Test
    void token_madeUpId_notFoundWithoutARead() {
        world.state(cache);
        for (int i = 0; i < 1_000; i++) {
            CheckView view = cache.begin("a");
            assertThat(view.token(new TokenId(CacheWorld.SLOT.text() + "%023d".formatted(i))))
                    .isInstanceOf(Lookup.NotFound.class);
            assertThat(view.isComplete()).isTrue();
        }

        assertThat(feed.reads).hasValue(1);
        assertThat(generation.entries().size()).isEqualTo(1);
    }

    @Test
    void token_isNotThere_rememberedForALeaseOnly() {
        TokenId absent = anotherId();
        read(cache.begin("a"), absent);
        assertThat(read(cache.begin("a"), absent)).isInstanceOf(Lookup.NotFound.class);
        assertThat(feed.reads).hasValue(1);

        world.pass(world.lease.plusMillis(1));
        world.renew(generation);
        assertThat(read(cache.begin("a"), absent)).isInstanceOf(Lookup.NotFound.class);
        assertThat(feed.reads).hasValue(2);
    }

    @Test
    void token_isNotThereInAStoreThatWasEmptied_staleState() {
        world.state(cache);
        feed.values.clear();
        generation.invalidateAll();

        assertThat(world.untold(cache)).isEqualTo(Reason.STALE_STATE);
        assertThat(CacheWorld.untold(cache, anotherId())).isEqualTo(Reason.STALE_STATE);
    }

    @Test
    void distrust_answeredFromMemory_readsAgainOnce() {
        TokenId late = anotherId();
        read(cache.begin("a"), late);
        CheckView view = cache.begin("a");
        assertThat(view.token(late)).isInstanceOf(Lookup.NotFound.class);
        world.put(feed, late, 1, TokenRecord.State.ACTIVE);

        assertThat(view.distrust()).isTrue();
        assertThat(view.isComplete()).isFalse();
        var unused = view.load(CacheWorld.LIMIT);
        assertThat(found(view.token(late)).state()).isEqualTo(TokenState.ACTIVE);
        assertThat(view.distrust()).isFalse();
    }

    @Test
    void distrust_readItself_isNotReadAgain() {
        CheckView view = cache.begin("a");
        read(view, anotherId());

        assertThat(view.distrust()).isFalse();
    }

    @Test
    void distrust_olderReadUnderWay_isNotEnough() {
        world.state(cache);
        feed.held = true;
        CheckView first = cache.begin("a");
        first.token(world.id);
        first.distrust();
        var unused = first.load(CacheWorld.LIMIT);
        world.pass(Duration.ofMillis(1));
        world.put(feed, 2, TokenRecord.State.REVOKED);
        List<CheckView> later = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            CheckView view = cache.begin("a");
            view.token(world.id);
            assertThat(view.distrust()).isTrue();
            unused = view.load(CacheWorld.LIMIT);
            later.add(view);
        }
        assertThat(feed.reads).hasValue(2);
        feed.release();

        assertThat(later).allSatisfy(view -> assertThat(world.known(view)).isEqualTo(TokenState.REVOKED));
        assertThat(feed.reads).as("one for the first, one for all the others").hasValue(3);
    }

    @Test
    void redirectedReply_isUsedAndNotKept() {
        world.redirect(feed, Duration.ofMillis(20));

        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
        assertThat(feed.reads).hasValue(2);
    }

    @Test
    void tamperedRecord_isNotKept() {
        feed.values.put(world.key, ByteString.copyFromUtf8("forged"));

        assertThat(world.untold(cache)).isEqualTo(Reason.RECORD_TAMPERED);
        world.put(feed, 1, TokenRecord.State.ACTIVE);
        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
    }

    @Test
    void hitOfOldAge_isReadAgainBesideAndStaysKnown() {
        world.state(cache);
        world.pass(CacheLimits.DEFAULT.hitAge().multipliedBy(2));
        world.renew(generation);
        feed.held = true;

        CheckView view = cache.begin("a");
        assertThat(world.known(view)).isEqualTo(TokenState.ACTIVE);
        assertThat(view.isComplete()).isTrue();
        assertThat(feed.reads).hasValue(2);
    }

    @Test
    void feedAway_cannotTell() {
        feed.away = true;

        assertThat(world.untold(cache)).isEqualTo(Reason.STORE_UNAVAILABLE);
        feed.away = false;
        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
    }

    @Test
    void absentRecords_manyOfThem_pushNoHitOut() {
        world.state(cache);
        int before = feed.reads.get();
        for (int i = 0; i < 30_000; i++) {
            world.pass(Duration.ofNanos(300_000));
            world.renew(generation);
            read(cache.begin("s" + i), anotherId());
        }

        assertThat(feed.reads.get() - before).isGreaterThan(20_000);
        assertThat(generation.entries().get(world.key)).isNotNull();
        assertThat(generation.entries().size()).isLessThanOrEqualTo(10_001);
    }

    /** One that is genuine, and that there is no record of. */
    private TokenId anotherId() {
        return world.tags.issue(CacheWorld.SLOT, world.random);
    }
}
