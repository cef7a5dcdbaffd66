package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.policy.Reason;
import io.keywarden.store.CatalogLoader;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hits that are read again: what the read says counts, and what it cannot say leaves the hit alone. */
class SettledReadTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private final CacheWorld world = new CacheWorld();
    private final FakeFeed feed = world.feed();
    private final Generation generation = world.begin(feed);
    private final Worker work = new Worker();
    private final NearCache cache = world.cache(CacheLimits.DEFAULT, work);

    @BeforeEach
    void knowAndGrowOld() {
        world.knowAndGrowOld(cache, generation);
    }

    @Test
    void refresh_recordTampered_oldHitIsForgottenAndNoticed() {
        feed.values.put(world.key, ByteString.copyFromUtf8("forged"));
        world.state(cache); // which has begun before the read that it causes

        assertThat(world.untold(cache)).isEqualTo(Reason.RECORD_TAMPERED);
        assertThat(world.events).contains(Event.REJECTED);
    }

    @Test
    void refresh_notUnderstood_oldHitIsForgotten() {
        world.put(feed, 2, TokenRecord.State.STATE_UNSPECIFIED);
        world.state(cache);

        assertThat(world.untold(cache)).isEqualTo(Reason.INTERNAL);
    }

    @Test
    void refresh_noAnswer_oldHitStaysKnown() {
        feed.away = true;

        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
        assertThat(world.events).doesNotContain(Event.REJECTED);
    }

    @Test
    void refresh_recordIsGoneAndNoPushSaysSo_generationIsDiscarded() {
        CacheWorld forgetful = new CacheWorld(0);
        forgetful.lease = SHORT;
        FakeFeed emptied = forgetful.feed();
        Generation misled = forgetful.begin(emptied);
        NearCache known = forgetful.cache();
        forgetful.knowAndGrowOld(known, misled);
        emptied.values.remove(forgetful.key);
        forgetful.state(known);

        assertThat(emptied.ended).succeedsWithin(Duration.ofSeconds(10));
        assertThat(forgetful.events).contains(Event.MISSED_PUSH);
        assertThat(misled.isDiscarded()).isTrue();
    }

    @Test
    void refresh_recordChangedAndPushSaysSo_noneIsExpectedAnyMore() {
        world.put(feed, 2, TokenRecord.State.REVOKED);
        world.state(cache);
        assertThat(generation.expectedPushes()).isEqualTo(1);
        generation.invalidate(world.key);

        assertThat(generation.expectedPushes()).isZero();
        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void refresh_pushComesBeforeTheReply_noneIsExpected() {
        world.put(feed, 2, TokenRecord.State.REVOKED);
        pushBeforeTheReply();

        assertThat(generation.expectedPushes()).isZero();
    }

    @Test
    void refresh_recordIsTheSame_noPushIsExpected() {
        world.state(cache);

        assertThat(feed.reads).hasValue(2);
        assertThat(generation.expectedPushes()).isZero();
    }

    @Test
    void refresh_recordIsTheSame_isNotCompiledAgain() {
        Object before = compiled();
        int worked = work.done;
        world.state(cache);

        assertThat(feed.reads).hasValue(2);
        assertThat(compiled()).isSameAs(before);
        assertThat(work.done).isEqualTo(worked);
    }

    private Object compiled() {
        return ((Lookup.Found<?>) known().value()).value();
    }

    @Test
    void refresh_recordIsTheSame_hitKeepsItsPlaceAndIsYoung() {
        Entry.Known before = known();
        world.state(cache);
        assertThat(known()).isSameAs(before);
        assertThat(before.readNanos()).isEqualTo(world.nanoTime());
        world.state(cache);

        assertThat(feed.reads).hasValue(2);
    }

    @Test
    void refresh_pushWhileItReadsTheSame_hitIsGone() {
        pushBeforeTheReply();

        assertThat(generation.entries().get(world.key)).isNull();
        assertThat(feed.reads).hasValue(2);
    }

    @Test
    void refresh_pushWhileItReadsOther_isNotReadForNobody() {
        world.put(feed, 2, TokenRecord.State.REVOKED);
        pushBeforeTheReply();

        assertThat(generation.entries().get(world.key)).isNull();
        assertThat(feed.reads).hasValue(2);
    }

    @Test
    void refresh_readsOtherAndThenNothing_hitIsForgotten() {
        world.put(feed, 2, TokenRecord.State.REVOKED);
        feed.held = true;
        world.state(cache);
        feed.away = true;
        feed.release();

        assertThat(generation.entries().get(world.key)).isNull();
        assertThat(feed.reads).hasValue(3);
    }

    @Test
    void refresh_recordChanged_takesLeaveOnce() {
        AtomicInteger leaves = new AtomicInteger();
        world.put(feed, 2, TokenRecord.State.REVOKED);
        var unused = world.loader(new CatalogLoader())
                .refresh(new Item.TokenItem(world.id), known(), CacheWorld.single(generation), () -> {
                    leaves.incrementAndGet();
                    return Optional.empty();
                });

        assertThat(leaves).hasValue(1);
        assertThat(known().version()).isEqualTo(2);
    }

    @Test
    void refresh_recordChanged_isWorkedOnElsewhere() {
        int worked = work.done;
        world.put(feed, 2, TokenRecord.State.ACTIVE);
        world.state(cache);

        assertThat(work.done).isGreaterThan(worked);
        assertThat(known().version()).isEqualTo(2);
    }

    @Test
    void refresh_recordIsTheSameAtAnotherMaster_hitIsAsOldAsBefore() {
        Entry.Known before = known();
        world.redirect(feed, Duration.ofMillis(20));
        world.state(cache);

        assertThat(feed.reads).hasValue(2);
        assertThat(known()).isSameAs(before);
    }

    @Test
    void recheck_recordIsTheSame_checkGoesOnElsewhere() {
        CheckView view = cache.begin("a");
        world.known(view);
        feed.held = true;
        assertThat(view.distrust()).isTrue();
        CompletableFuture<Void> loaded = view.load(CacheWorld.LIMIT).toCompletableFuture();
        work.held = true;
        feed.release();

        assertThat(loaded).isNotDone();
        work.release();
        assertThat(loaded).isCompleted();
        assertThat(world.known(view)).isEqualTo(TokenState.ACTIVE);
    }

    @Test
    void refresh_recordIsTheSameAfterANewerOneWasSeen_isTampered() {
        FakeFeed other = world.feed();
        world.put(other, 2, TokenRecord.State.REVOKED);
        world.see(other);
        world.state(cache); // which has begun before the read that it causes

        assertThat(world.untold(cache)).isEqualTo(Reason.RECORD_TAMPERED);
        assertThat(world.events).contains(Event.REJECTED);
    }

    private void pushBeforeTheReply() {
        feed.held = true;
        world.state(cache);
        generation.invalidate(world.key);
        feed.release();
    }

    private Entry.Known known() {
        return (Entry.Known) Objects.requireNonNull(generation.entries().get(world.key));
    }

    /** Runs things at once, or when the test says so; for one thread. */
    private static final class Worker implements Executor {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private boolean held;
        private int done;

        @Override
        public void execute(Runnable task) {
            done++;
            if (held) {
                waiting.add(task);
            } else {
                task.run();
            }
        }

        private void release() {
            while (!waiting.isEmpty()) {
                waiting.remove().run();
            }
        }
    }
}
