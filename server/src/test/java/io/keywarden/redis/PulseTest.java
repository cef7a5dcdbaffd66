package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.cache.CacheLimits;
import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.Feed;
import io.keywarden.cache.Generation;
import io.keywarden.cache.Lease;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.redis.CoherenceRules.Rule;
import io.keywarden.redis.Heartbeat.Beat;
import io.keywarden.store.Bounds;
import io.keywarden.store.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PulseTest {
    private static final long START = Long.MAX_VALUE - 500_000_000; // wraps on the way
    private static final long LEASE = Bounds.DEFAULT.lease().toNanos();

    private final List<CompletableFuture<Beat>> sent = new ArrayList<>();
    private final List<Long> sentAt = new ArrayList<>();
    private final AtomicInteger doubts = new AtomicInteger();
    private final AtomicReference<Bounds> bounds = new AtomicReference<>(Bounds.DEFAULT);
    private final SilentFeed feed = new SilentFeed();
    private final Generation generation =
            new Generation(feed, new Lease(Bounds.DEFAULT.lease(), START), CacheLimits.DEFAULT);
    private long now = START;
    private Pulse pulse = pulse(CoherenceRules.ALL);

    private static final class SilentFeed implements Feed {
        private boolean closed;

        @Override
        public CompletionStage<Reply> read(RecordKey key) {
            return new CompletableFuture<>();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private Pulse pulse(CoherenceRules rules) {
        return new Pulse(
                this::send,
                generation,
                Bounds.DEFAULT,
                new Pulse.Needs(() -> now, bounds::get, CacheObserver.NONE, rules, doubts::incrementAndGet));
    }

    private CompletableFuture<Beat> send() {
        CompletableFuture<Beat> beat = new CompletableFuture<>();
        sent.add(beat);
        sentAt.add(now);
        return beat;
    }

    private void answer(int index, Beat.Kind kind) {
        sent.get(index).complete(new Beat(sentAt.get(index), Bounds.DEFAULT, kind, Reason.STALE_STATE, "told so"));
    }

    @Test
    void proven_renewedFromTheSending() {
        pulse.tick();
        now += LEASE / 2;
        answer(0, Beat.Kind.PROVEN);

        assertThat(generation.lease().endNanos()).isEqualTo(START + LEASE);
        assertThat(generation.ended()).isEmpty();
    }

    @Test
    void proven_ruleLeftOut_renewedFromTheAnswer() {
        pulse = pulse(CoherenceRules.ALL.without(Rule.LEASE_FROM_SENDING));
        pulse.tick();
        now += LEASE / 2;
        answer(0, Beat.Kind.PROVEN);

        assertThat(generation.lease().endNanos()).isEqualTo(START + LEASE / 2 + LEASE);
    }

    @Test
    void tick_oneWaits_noOtherIsSent() {
        pulse.tick();
        now += LEASE / 4;
        pulse.tick();
        assertThat(sent).hasSize(1);

        answer(0, Beat.Kind.PROVEN);
        pulse.tick();
        assertThat(sent).hasSize(2);
    }

    @Test
    void tick_ruleLeftOut_anotherIsSent() {
        pulse = pulse(CoherenceRules.ALL.without(Rule.ONE_HEARTBEAT));
        pulse.tick();
        pulse.tick();

        assertThat(sent).hasSize(2);
    }

    @Test
    void silence_forLessThanALease_bears() {
        pulse.tick();
        now += LEASE - 1;
        pulse.tick();

        assertThat(generation.ended()).isEmpty();
    }

    @Test
    void silence_forALease_endsAndCloses() {
        pulse.tick();
        now += LEASE;
        pulse.tick();

        assertThat(generation.ended()).map(Decision.CannotTell::reason).contains(Reason.STORE_UNAVAILABLE);
        assertThat(feed.closed).isTrue();
        assertThat(sent).hasSize(1);
    }

    @Test
    void unproven_leaseRunsOnAndSomebodyIsTold() {
        pulse.tick();
        answer(0, Beat.Kind.UNPROVEN);

        assertThat(generation.lease().endNanos()).isEqualTo(START);
        assertThat(generation.ended()).isEmpty();
        assertThat(doubts).hasValue(1);
    }

    @Test
    void gone_ends() {
        pulse.tick();
        answer(0, Beat.Kind.GONE);

        assertThat(generation.ended()).map(Decision.CannotTell::reason).contains(Reason.STORE_UNAVAILABLE);
        assertThat(feed.closed).isTrue();
    }

    @Test
    void wrong_discardedWithItsReason() {
        pulse.tick();
        answer(0, Beat.Kind.WRONG);

        assertThat(generation.ended()).map(Decision.CannotTell::reason).contains(Reason.STALE_STATE);
        assertThat(feed.closed).isTrue();
    }

    @Test
    void proven_storePromisesSomethingElseByNow_endsUnrenewed() {
        pulse.tick();
        bounds.set(new Bounds(Duration.ofMillis(200), Duration.ZERO, 1));
        answer(0, Beat.Kind.PROVEN);

        assertThat(generation.lease().endNanos()).isEqualTo(START);
        assertThat(generation.ended()).isPresent();
    }

    @Test
    void tick_afterTheEnd_nothingIsSent() {
        generation.end("over");
        pulse.tick();

        assertThat(sent).isEmpty();
    }
}
