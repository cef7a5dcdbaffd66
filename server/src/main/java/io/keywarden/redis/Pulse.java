package io.keywarden.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.Generation;
import io.keywarden.redis.Heartbeat.Beat;
import io.keywarden.store.Bounds;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the lease of one generation: sends a heartbeat whenever it is ticked and none waits for its answer, renews the lease
 * from the time a proven one was sent, and ends the generation when an answer says so or none comes for a lease. Safe for
 * use by several threads; answers come on the connection's, ticks on another.
 */
final class Pulse {
    private final Supplier<CompletableFuture<Beat>> heartbeat;
    private final Generation generation;
    private final Bounds bounds;
    private final Needs needs;
    /** The heartbeat that waits for its answer; null where none does. */
    @GuardedBy("this")
    private @Nullable CompletableFuture<Beat> waiting;
    /** When it was sent. */
    @GuardedBy("this")
    private long waitingSince;

    /**
     * What it works with.
     *
     * @param nanoClock the monotonic clock
     * @param now what the store's marker promises now
     * @param observer is told what comes of heartbeats
     * @param rules what holds
     * @param onDoubt is told when a heartbeat did not go well, on whatever thread
     */
    record Needs(
            LongSupplier nanoClock,
            Supplier<Bounds> now,
            CacheObserver observer,
            CoherenceRules rules,
            Runnable onDoubt) {}

    /**
     * Makes one.
     *
     * @param heartbeat sends a heartbeat
     * @param bounds what the store promised when the generation began
     */
    Pulse(Supplier<CompletableFuture<Beat>> heartbeat, Generation generation, Bounds bounds, Needs needs) {
        this.heartbeat = heartbeat;
        this.generation = generation;
        this.bounds = bounds;
        this.needs = needs;
    }

    /** To be called several times in a lease. */
    void tick() {
        if (generation.ended().isPresent()) {
            return;
        }
        long now = needs.nanoClock().getAsLong();
        synchronized (this) {
            if (waiting != null && needs.rules().keep(CoherenceRules.Rule.ONE_HEARTBEAT)) {
                endIfSilent(now);
                return;
            }
            waitingSince = now;
        }
        CompletableFuture<Beat> sent = heartbeat.get();
        synchronized (this) {
            waiting = sent;
        }
        CompletableFuture<Void> unused = sent.thenAccept(beat -> {
            synchronized (this) {
                if (waiting == sent) {
                    waiting = null;
                }
            }
            answered(beat);
        });
    }

    @GuardedBy("this")
    private void endIfSilent(long now) {
        if (needs.rules().keep(CoherenceRules.Rule.SILENCE_ENDS)
                && now - waitingSince >= bounds.lease().toNanos()) {
            generation.end("a heartbeat was not answered for " + bounds.lease().toMillis() + " ms");
        }
    }

    private void answered(Beat beat) {
        long now = needs.nanoClock().getAsLong();
        needs.observer().heartbeat(outcome(beat.kind()), now - beat.sentNanos());
        switch (beat.kind()) {
            case PROVEN -> proven(beat, now);
            case UNPROVEN -> needs.onDoubt().run();
            case GONE -> generation.end(beat.detail());
            case WRONG -> generation.discard(beat.reason(), beat.detail());
        }
    }

    private void proven(Beat beat, long now) {
        if (!beat.bounds().equals(bounds) || !needs.now().get().equals(bounds)) {
            generation.end("the store promises something else than when this began: "
                    + needs.now().get());
            return;
        }
        generation.lease().renew(needs.rules().keep(CoherenceRules.Rule.LEASE_FROM_SENDING) ? beat.sentNanos() : now);
    }

    private static CacheObserver.Heartbeat outcome(Beat.Kind kind) {
        return switch (kind) {
            case PROVEN -> CacheObserver.Heartbeat.PROVEN;
            case UNPROVEN -> CacheObserver.Heartbeat.UNPROVEN;
            case GONE, WRONG -> CacheObserver.Heartbeat.FAILED;
        };
    }
}
