package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.cache.Entry.Known;
import io.keywarden.cache.Entry.Reading;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenState;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pushes that come while a read begins: what they took away stays away. */
class PushRaceTest {
    private final CacheWorld world = new CacheWorld();
    private final FakeFeed feed = world.feed();
    private final Generation generation = world.begin(feed);
    private final NearCache cache = world.cache();

    @Test
    void reread_pushComesBeforeItsPlaceholder_oldHitIsNotKnownAnyMore() {
        world.knowAndGrowOld(cache, generation);
        world.put(feed, 2, TokenRecord.State.REVOKED);
        feed.away = true;
        CheckView view = cache.begin("a");
        world.whenAskedForTheTime.set(() -> generation.invalidate(world.key));
        view.token(world.id);

        feed.away = false;
        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void reread_everythingPushedOutBeforeItsPlaceholder_oldHitIsNotKnownWhileItWaits() {
        world.knowAndGrowOld(cache, generation);
        feed.held = true;
        CheckView view = cache.begin("a");
        world.whenAskedForTheTime.set(generation::invalidateAll);
        view.token(world.id);

        CheckView later = cache.begin("a");
        later.token(world.id);
        assertThat(later.isComplete()).isFalse();
    }

    @Test
    void reread_discardedBeforeItsPlaceholder_nothingIsKnown() {
        world.knowAndGrowOld(cache, generation);
        CheckView view = cache.begin("a");
        world.whenAskedForTheTime.set(() -> generation.discard(Reason.STALE_STATE, "tracking was off"));
        view.token(world.id);

        assertThat(world.untold(cache)).isEqualTo(Reason.STALE_STATE);
    }

    @Test
    void begin_placeholderThatKnowsSomething_onlyReplacesThatVeryEntry() {
        Entries entries = generation.entries();
        Known known = new Known(new Lookup.Found<>("it"), 0, 1, 0, 0);
        Reading reading = new Reading(Optional.of(known), 0);

        assertThat(entries.begin(world.key, known, reading)).isFalse();
        assertThat(entries.get(world.key)).isNull();
    }

    @Test
    void begin_placeholderThatKnowsSomething_pushTakesAllOfItAway() {
        Entries entries = generation.entries();
        Known known = new Known(new Lookup.Found<>("it"), 0, 1, 0, 0);
        Reading first = new Reading(Optional.empty(), 0);
        Reading second = new Reading(Optional.of(known), 0);
        assertThat(entries.begin(world.key, null, first)).isTrue();
        assertThat(entries.keepFound(world.key, first, known)).isTrue();
        assertThat(entries.begin(world.key, known, second)).isTrue();

        entries.remove(world.key);

        assertThat(entries.get(world.key)).isNull();
    }
}
