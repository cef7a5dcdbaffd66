package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.token.TokenState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** How many reads there may be, at once and a second. */
class ReadBoundsTest {
    private static final int IN_FLIGHT = 4;
    private static final CacheLimits TIGHT = new CacheLimits(1L << 20, 100, IN_FLIGHT, 100, 2, Duration.ofSeconds(60));

    private final CacheWorld world = new CacheWorld();
    private final FakeFeed feed = world.feed();
    private final Queue<Runnable> work = new ArrayDeque<>();

    @Test
    void repliesThatWaitForVerification_countAsReadsInFlight() {
        NearCache cache = world.cache(CacheLimits.DEFAULT, work::add);
        Generation generation = world.begin(feed, TIGHT);
        cache.use(CacheWorld.single(generation));
        for (int i = 0; i < 20; i++) {
            CheckView unused = CacheWorld.ask(cache, world.tags.issue(CacheWorld.SLOT, world.random));
        }

        assertThat(work).hasSize(IN_FLIGHT);
        assertThat(feed.reads).hasValue(IN_FLIGHT);
        assertThat(world.events).contains(Event.IN_FLIGHT_BOUND);
        while (!work.isEmpty()) {
            work.remove().run();
        }
        CheckView unused = CacheWorld.ask(cache, world.id);
        assertThat(work).as("there is room again").hasSize(1);
    }

    @Test
    void bothBoundsMet_readIsRefused_roomIsGivenBack() {
        NearCache cache = world.cache(TIGHT, Runnable::run);
        cache.use(CacheWorld.single(world.begin(feed, TIGHT)));
        for (int i = 0; i < 20; i++) {
            CacheWorld.read(cache.begin("greedy"), world.tags.issue(CacheWorld.SLOT, world.random));
        }

        assertThat(world.events).contains(Event.SOURCE_BOUND).doesNotContain(Event.IN_FLIGHT_BOUND);
        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
    }

    @Test
    void readsOfOneSource_areBoundedApartFromOthers() {
        CacheLimits limits = new CacheLimits(1L << 20, 10_000, 256, 100, 10, Duration.ofSeconds(60));
        NearCache cache = world.cache(limits, Runnable::run);
        cache.use(CacheWorld.single(world.begin(feed)));
        int unavailable = 0;
        for (int i = 0; i < 50; i++) {
            if (CacheWorld.read(cache.begin("greedy"), world.tags.issue(CacheWorld.SLOT, world.random))
                    instanceof Lookup.CannotTell<?>) {
                unavailable++;
            }
        }

        assertThat(unavailable).isBetween(39, 40);
        assertThat(CacheWorld.read(cache.begin("other"), world.tags.issue(CacheWorld.SLOT, world.random)))
                .isInstanceOf(Lookup.NotFound.class);
        assertThat(world.events).contains(Event.SOURCE_BOUND);
    }

    @Test
    void workIsRefused_cannotTellAsUnavailableAndOldHitStays() {
        NearCache cache = world.cache(CacheLimits.DEFAULT, task -> {
            throw new RejectedExecutionException("full");
        });
        cache.use(CacheWorld.single(world.begin(feed)));

        assertThat(world.untold(cache)).isEqualTo(Reason.STORE_UNAVAILABLE);
        CheckView view = cache.begin("a");
        var catalog = world.putCatalog(feed, 3);
        view.catalog(catalog);
        var unused = view.load(CacheWorld.LIMIT);
        assertThat(view.catalog(catalog)).isInstanceOf(Lookup.CannotTell.class);
        assertThat(((Lookup.CannotTell<?>) view.catalog(catalog)).reason()).isEqualTo(Reason.STORE_UNAVAILABLE);
    }

    @Test
    void waitingForAReadThatIsUnderWay_costsNothing() {
        NearCache cache = world.cache(TIGHT, Runnable::run);
        cache.use(CacheWorld.single(world.begin(feed)));
        feed.held = true;
        List<CheckView> views = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            views.add(CacheWorld.ask(cache, world.id));
        }
        feed.release();

        assertThat(views).allSatisfy(view -> assertThat(world.known(view)).isEqualTo(TokenState.ACTIVE));
        assertThat(feed.reads).hasValue(1);
        assertThat(world.events).doesNotContain(Event.SOURCE_BOUND, Event.RATE_BOUND);
    }

    @Test
    void refreshes_areChargedAsReadsOfNobody() {
        NearCache cache = world.cache(TIGHT, Runnable::run);
        Generation generation = world.begin(feed);
        cache.use(CacheWorld.single(generation));
        world.state(cache);
        feed.away = true;
        world.pass(TIGHT.hitAge().multipliedBy(2));
        world.renew(generation);
        for (int i = 0; i < 50; i++) {
            assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
        }

        assertThat(feed.reads).as("the first one, and two refreshes a second").hasValue(3);
    }
}
