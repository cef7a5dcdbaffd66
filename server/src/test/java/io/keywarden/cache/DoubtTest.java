package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.TokenState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One master: for how long what was read is believed, and what is made of it in an outage. */
class DoubtTest {
    private final CacheWorld world = new CacheWorld();
    private final FakeFeed feed = world.feed();
    private final Generation generation = world.begin(feed);
    private final NearCache cache = world.cache();

    @BeforeEach
    void use() {
        cache.use(CacheWorld.single(generation));
    }

    @Test
    void doubt_leaseRuns_none() {
        CheckView view = cache.begin("a");
        world.state(view);
        world.pass(world.lease.minusNanos(1));

        assertThat(view.doubt(Optional.empty())).isEmpty();
    }

    @Test
    void doubt_leaseOver_staleState() {
        world.state(cache);
        world.pass(world.lease);
        CheckView view = cache.begin("a");
        assertThat(world.known(view)).isEqualTo(TokenState.ACTIVE);

        assertThat(view.doubt(Optional.of(OutagePolicy.ERROR)))
                .map(Decision.CannotTell::reason)
                .contains(Reason.STALE_STATE);
    }

    @Test
    void doubt_sleptBetweenReadingAndDeciding_staleStateHoweverFreshTheLeaseIsNow() {
        world.state(cache);
        CheckView view = cache.begin("a");
        view.token(world.id);
        world.pass(world.lease);
        world.renew(generation);

        assertThat(view.doubt(Optional.empty())).isPresent();
    }

    @Test
    void doubt_ownReadOlderThanALease_staleStateHoweverFreshTheLeaseIs() {
        feed.held = true;
        CheckView view = CacheWorld.ask(cache, world.id);
        world.pass(world.lease);
        world.renew(generation);
        feed.release();
        assertThat(world.known(view)).isEqualTo(TokenState.ACTIVE);

        assertThat(view.doubt(Optional.empty())).isPresent();
    }

    @Test
    void doubt_servesKnownWithinMaxAge_thenNoMore() {
        OutagePolicy policy = new OutagePolicy(Duration.ofSeconds(30));
        world.state(cache);
        generation.end("gone");
        world.pass(world.lease.plusSeconds(29));

        CheckView view = cache.begin("a");
        assertThat(world.known(view)).isEqualTo(TokenState.ACTIVE);
        assertThat(view.doubt(Optional.of(policy))).isEmpty();
        assertThat(view.doubt(Optional.of(OutagePolicy.ERROR))).isPresent();
        assertThat(view.doubt(Optional.empty())).isPresent();
        world.pass(Duration.ofSeconds(1));
        assertThat(view.doubt(Optional.of(policy))).isPresent();
        assertThat(world.events).contains(Event.SERVED_KNOWN);
    }

    @Test
    void doubt_policyLongerThanTheStoreAllows_isCut() {
        world.state(cache);
        generation.end("gone");
        world.pass(world.lease.plus(CacheWorld.LONGEST_KNOWN));

        CheckView view = cache.begin("a");
        view.token(world.id);
        assertThat(view.doubt(Optional.of(new OutagePolicy(Duration.ofDays(1)))))
                .isPresent();
    }

    @Test
    void redirectedReply_isBelievedNoLongerThanTheMasterThatGaveIt() {
        world.redirect(feed, Duration.ofMillis(20));
        CheckView view = cache.begin("a");
        assertThat(world.state(view)).isEqualTo(TokenState.ACTIVE);
        world.pass(Duration.ofMillis(19));
        assertThat(view.doubt(Optional.empty())).isEmpty();

        world.pass(Duration.ofMillis(1));

        assertThat(view.doubt(Optional.empty())).isPresent();
    }

    @Test
    void discard_recordTampered_isNeverSoftened() {
        world.state(cache);
        CheckView view = cache.begin("a");
        view.token(world.id);
        generation.discard(Reason.RECORD_TAMPERED, "forged marker");
        world.pass(world.lease);

        assertThat(view.doubt(Optional.of(new OutagePolicy(Duration.ofMinutes(1)))))
                .map(Decision.CannotTell::reason)
                .contains(Reason.RECORD_TAMPERED);
    }

    @Test
    void discard_unknownRecordAskedFor_hasItsReason() {
        generation.discard(Reason.STALE_STATE, "another store");

        assertThat(world.untold(cache)).isEqualTo(Reason.STALE_STATE);
        assertThat(feed.reads).hasValue(0);
    }

    @Test
    void noGeneration_cannotTell() {
        NearCache none = world.cache();
        CheckView view = none.begin("a");

        assertThat(view.token(world.id)).isInstanceOf(Lookup.CannotTell.class);
        assertThat(view.isComplete()).isTrue();
        assertThat(view.doubt(Optional.empty())).isPresent();
        assertThat(none.obstacle()).isPresent();
    }
}
