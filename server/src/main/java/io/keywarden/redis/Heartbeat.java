package io.keywarden.redis;

import io.keywarden.cache.SteadyClock;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.Bounds;
import io.keywarden.store.StoreMarker;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Asks, on the connection that records are read on, whether what comes over it may be believed: whether writes are pushed
 * on it still, whether the store is the right one, and whether the server is the master. The proof comes last, since Redis
 * holds back what is behind it.
 */
final class Heartbeat {
    /** With these Redis refuses for now; with other errors the connection is of no more use. */
    private static final Set<String> FOR_NOW =
            Set.of("NOREPLICAS", "MISCONF", "OOM", "BUSY", "CLUSTERDOWN", "TRYAGAIN", "UNBLOCKED");

    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final HeartbeatProof proof;
    private final Optional<MarkerQuestion> marker;
    private final Needs needs;

    /**
     * What it works with.
     *
     * @param marker what all replicas promise
     * @param clock is compared with Redis's
     * @param skew is told how far the wall clock is ahead of it
     * @param nanoClock the monotonic clock
     * @param rules what is asked
     */
    record Needs(
            StoreMarker marker,
            SteadyClock clock,
            Consumer<Duration> skew,
            LongSupplier nanoClock,
            CoherenceRules rules) {}

    /**
     * What came of one.
     *
     * @param sentNanos when it was sent
     * @param bounds what the proof relied on
     * @param kind what is to be done
     * @param reason why a decision cannot be made, where it did not go well
     * @param detail what happened, for the log
     */
    record Beat(long sentNanos, Bounds bounds, Kind kind, Reason reason, String detail) {
        enum Kind {
            /** The lease is renewed. */
            PROVEN,
            /** The lease goes on. */
            UNPROVEN,
            /** The connection is of no more use. */
            GONE,
            /** What came over the connection is wrong. */
            WRONG
        }
    }

    /**
     * Makes those of one connection.
     *
     * @param marker asks about the store, where its marker is on this master
     */
    Heartbeat(
            RedisAsyncCommands<byte[], byte[]> commands,
            HeartbeatProof proof,
            Optional<MarkerQuestion> marker,
            Needs needs) {
        this.commands = commands;
        this.proof = proof;
        this.marker = marker;
        this.needs = needs;
    }

    /** Sends one. Never blocks, never completes exceptionally; may never complete before the connection ends. */
    CompletableFuture<Beat> beat() {
        Bounds bounds = needs.marker().bounds();
        // Before anything is sent: what an answer proves may be as old as this.
        long sent = needs.nanoClock().getAsLong();
        // In a stage, so that what is thrown here is a failure too.
        return CompletableFuture.completedFuture(bounds)
                .thenCompose(this::send)
                .thenApply(found -> judge(sent, bounds, found))
                .exceptionally(failure -> failed(sent, bounds, failure));
    }

    private CompletableFuture<Found> send(Bounds bounds) {
        CompletableFuture<Optional<String>> tracking = tracking();
        CompletableFuture<Optional<Decision.CannotTell>> defect =
                marker.map(MarkerQuestion::ask).orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
        CompletableFuture<Instant> time = commands.time().toCompletableFuture().thenApply(Heartbeat::instant);
        CompletableFuture<HeartbeatProof.Verdict> verdict =
                proof.prove(commands, bounds).toCompletableFuture();
        return CompletableFuture.allOf(tracking, defect, time, verdict).thenApply(done -> {
            needs.skew().accept(needs.clock().compare(time.join()));
            return new Found(tracking.join(), defect.join(), verdict.join());
        });
    }

    private record Found(
            Optional<String> tracking, Optional<Decision.CannotTell> marker, HeartbeatProof.Verdict verdict) {}

    private static Beat judge(long sent, Bounds bounds, Found found) {
        if (found.tracking().isPresent()) {
            return new Beat(
                    sent,
                    bounds,
                    Beat.Kind.WRONG,
                    Reason.STORE_UNAVAILABLE,
                    found.tracking().get());
        }
        if (found.marker().isPresent()) {
            Decision.CannotTell defect = found.marker().get();
            return new Beat(sent, bounds, Beat.Kind.WRONG, defect.reason(), defect.detail());
        }
        Beat.Kind kind = switch (found.verdict().kind()) {
            case PROVEN -> Beat.Kind.PROVEN;
            case UNPROVEN -> Beat.Kind.UNPROVEN;
            case WIPED -> Beat.Kind.GONE;
        };
        return new Beat(
                sent, bounds, kind, Reason.STORE_UNAVAILABLE, found.verdict().detail());
    }

    private static Beat failed(long sent, Bounds bounds, Throwable failure) {
        boolean forNow = FOR_NOW.contains(Failures.errorCode(failure)) || isUntold(failure);
        Beat.Kind kind = forNow ? Beat.Kind.UNPROVEN : Beat.Kind.GONE;
        return new Beat(sent, bounds, kind, Reason.STORE_UNAVAILABLE, "the heartbeat: " + Failures.text(failure));
    }

    private static boolean isUntold(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() instanceof MarkerQuestion.Untold;
    }

    private CompletableFuture<Optional<String>> tracking() {
        if (!needs.rules().keep(CoherenceRules.Rule.CHECK_TRACKING)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return TrackingState.ask(commands)
                .thenApply(state -> state.pushesRecords()
                        ? Optional.<String>empty()
                        : Optional.of("writes are not pushed on this connection any more: " + state))
                .toCompletableFuture();
    }

    private static Instant instant(List<byte[]> time) {
        if (time.size() != 2) {
            throw new IllegalArgumentException("time of " + time.size() + " numbers (expected: 2)");
        }
        return Instant.ofEpochSecond(number(time.get(0)), 1_000 * number(time.get(1)));
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }
}
