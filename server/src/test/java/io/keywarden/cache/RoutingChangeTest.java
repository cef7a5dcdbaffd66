package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckView;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.TokenState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two masters, one of which has the store's marker, and another topology: what was known before, and what is forgotten. */
class RoutingChangeTest {
    private final CacheWorld world = new CacheWorld();
    private final FakeFeed rootFeed = world.feed();
    private final FakeFeed feed = world.feed();
    private final Generation root = world.begin(rootFeed);
    private final Generation generation = world.begin(feed);
    private final NearCache cache = world.cache();

    @Test
    void rootNotBegunYet_formerRootsLeaseRuns_checksGoOn() {
        know();
        world.pass(world.lease.dividedBy(2));
        cache.use(routing(world.absent(Reason.STORE_UNAVAILABLE), world.begin(feed)));

        assertThat(cache.obstacle()).isEmpty();
        CheckView view = cache.begin("a");
        assertThat(CacheWorld.found(view.token(world.id)).state()).isEqualTo(TokenState.ACTIVE);
        world.pass(world.lease.dividedBy(2).minusNanos(1));
        assertThat(view.doubt(Optional.empty())).isEmpty();
        world.pass(Duration.ofNanos(1));
        assertThat(view.doubt(Optional.empty())).isPresent();
        assertThat(cache.obstacle()).isPresent();
    }

    @Test
    void rootNotBegunYet_recordNotKnown_readFromItsOwnMaster() {
        cache.use(routing(root, generation));
        cache.use(routing(world.absent(Reason.STORE_UNAVAILABLE), world.begin(feed)));

        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
    }

    @Test
    void rootIsAnotherStore_formerRootsLeaseRuns_nothingIsBelieved() {
        know();
        CheckView before = cache.begin("a");
        cache.use(routing(world.absent(Reason.STALE_STATE), generation));

        assertThat(cache.begin("a").doubt(Optional.empty()))
                .map(Decision.CannotTell::reason)
                .contains(Reason.STALE_STATE);
        assertThat(before.doubt(Optional.empty())).isEmpty();
    }

    @Test
    void rootNotBegunYet_formerRootDiscarded_nothingIsBelieved() {
        know();
        root.discard(Reason.STALE_STATE, "another store");
        cache.use(routing(world.absent(Reason.STORE_UNAVAILABLE), world.begin(feed)));

        assertThat(cache.begin("a").doubt(Optional.empty())).isPresent();
    }

    @Test
    void rootDiscarded_itsLeaseRuns_nothingIsBelievedFromNowOn() {
        know();
        root.discard(Reason.STALE_STATE, "another store");

        assertThat(cache.begin("a").doubt(Optional.empty()))
                .map(Decision.CannotTell::reason)
                .contains(Reason.STALE_STATE);
    }

    @Test
    void push_formerGenerationKnowsTheRecord_isForgottenThereToo() {
        know();
        Generation next = replace();
        world.put(feed, 2, TokenRecord.State.REVOKED);
        next.invalidate(world.key);

        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void push_beforeTheGenerationIsUsed_isForgottenInTheFormerOneWhenItIs() {
        know();
        generation.end("broken");
        world.put(feed, 2, TokenRecord.State.REVOKED);
        Generation next = world.begin(feed);
        next.invalidate(world.key);
        cache.use(routing(root, next));

        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void nullPush_formerGenerationsOfTheSameSlots_areForgotten() {
        know();
        Generation next = replace();
        world.put(feed, 2, TokenRecord.State.REVOKED);
        next.invalidateAll();

        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void nullPush_beforeTheGenerationIsUsed_formerOneIsForgottenWhenItIs() {
        know();
        generation.end("broken");
        world.put(feed, 2, TokenRecord.State.REVOKED);
        Generation next = world.begin(feed);
        next.invalidateAll();
        cache.use(routing(root, next));

        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void nullPush_ofAnotherMaster_formerGenerationStaysKnown() {
        know();
        feed.away = true;
        replace();
        root.invalidateAll();

        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
    }

    @Test
    void servesKnown_pushedOutOfTheNewGeneration_isNotTakenFromTheOneBefore() {
        OutagePolicy policy = new OutagePolicy(Duration.ofSeconds(30));
        know();
        Generation next = replace();
        world.put(feed, 2, TokenRecord.State.REVOKED);
        next.invalidate(world.key);
        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
        next.invalidate(world.key);
        next.end("gone");
        root.end("gone");
        feed.away = true;
        world.pass(world.lease.plusSeconds(1));

        CheckView view = cache.begin("a");
        view.token(world.id);
        assertThat(view.isComplete()).isFalse();
        assertThat(view.doubt(Optional.of(policy))).isEmpty();
    }

    @Test
    void learntAnew_thenGivenUpForRoom_isNotTakenFromTheOneBefore() {
        know();
        world.put(feed, 2, TokenRecord.State.REVOKED);
        Generation next = replace();
        CheckView view = cache.begin("a");
        view.token(world.id); // known from before, and read beside
        next.entries().remove(world.key);

        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void frozenGenerations_nothingOfTheirsMayBeBelieved_areLetGo() {
        FrozenGenerations frozen = new FrozenGenerations(
                world::nanoTime, () -> Duration.ofMinutes(1).toNanos());
        frozen.add(routing(root, generation), routing(world.begin(rootFeed), world.begin(feed)));
        world.pass(world.lease.plusMinutes(1).minusNanos(1));
        frozen.prune();
        assertThat(frozen.size()).isEqualTo(2);
        assertThat(frozen.rootLeaseEnd(world.nanoTime(), 7)).isEqualTo(7);

        world.pass(Duration.ofNanos(1));
        frozen.prune();
        assertThat(frozen.size()).isZero();
    }

    @Test
    void frozenGenerations_pushComes_areLetGoWithoutACheck() {
        FrozenGenerations frozen = new FrozenGenerations(world::nanoTime, () -> 0);
        frozen.add(routing(root, generation), routing(root, world.begin(feed)));
        assertThat(frozen.size()).isEqualTo(1);
        world.pass(world.lease);
        frozen.forget(world.key);

        assertThat(frozen.size()).isZero();
    }

    private void know() {
        cache.use(routing(root, generation));
        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
    }

    private Generation replace() {
        generation.end("broken");
        Generation next = world.begin(feed);
        cache.use(routing(root, next));
        return next;
    }

    private static Routing routing(Generation root, Generation other) {
        return Routing.of(List.of(root, other), slot -> slot.equals(RecordKey.STORE.slot()) ? 0 : 1);
    }
}
