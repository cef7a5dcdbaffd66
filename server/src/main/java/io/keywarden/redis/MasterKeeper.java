package io.keywarden.redis;

import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.Generation;
import io.keywarden.policy.Reason;
import io.keywarden.redis.GenerationStart.Begun;
import io.keywarden.store.Bounds;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one generation alive for one master, for as long as the topology stays: when one ends, the next one begins, at once
 * and then after short pauses. Everything happens on the keepers' one thread, except where it says otherwise.
 */
final class MasterKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(MasterKeeper.class);
    /** How long is waited before the next try; anywhere between, so that replicas do not come together. */
    private static final int MIN_PAUSE_MILLIS = 50;

    private static final int MAX_PAUSE_MILLIS = 200;
    private static final int HEARTBEATS_PER_LEASE = 4;

    private final GenerationStart.Target target;
    private final Needs needs;
    private final RedisSettings.Address address;
    /** The one that lives, or the last one that did, or one that never was. Read by other threads. */
    private volatile Generation generation;
    /** The connection of the one that lives. Read by other threads. */
    private volatile @Nullable TrackedConnection connection;

    /** What the store promised when the one that lives began. */
    private @Nullable Bounds reliedOn;

    private @Nullable ScheduledFuture<?> ticks;
    private boolean ended;
    private String lastFailure = "";

    /**
     * What it works with.
     *
     * @param start begins generations
     * @param pulse what keeps leases
     * @param thread the keepers' one
     * @param events is told what happens here
     */
    record Needs(GenerationStart start, Pulse.Needs pulse, ScheduledExecutorService thread, Events events) {}

    /** What happens, on the keepers' thread. */
    interface Events {
        /** Another generation is the one to use. */
        void changed();

        /** Something went wrong: the topology may be another one by now. */
        void doubted();
    }

    MasterKeeper(GenerationStart.Target target, Needs needs) {
        this.target = target;
        this.needs = needs;
        this.address = target.master().address();
        this.generation = absent(Reason.STORE_UNAVAILABLE, "it is not connected to yet");
    }

    /** The generation to use; it may be over. On any thread. */
    Generation generation() {
        return generation;
    }

    RedisSettings.Address address() {
        return address;
    }

    /** The connection of the generation that lives. On any thread. */
    Optional<TrackedConnection> connection() {
        TrackedConnection open = connection;
        return Optional.ofNullable(open).filter(tracked -> !tracked.closed().isDone());
    }

    /** Begins. To be called once. */
    void start() {
        if (ended) {
            return;
        }
        var unused = needs.start().begin(target).handleAsync(this::tried, needs.thread());
    }

    /** Ends its generation, if it does not rely on what the store promises now. */
    void require(Bounds bounds) {
        if (generation.ended().isEmpty() && !bounds.equals(reliedOn)) {
            generation.end("the store promises something else than when this began: " + bounds);
        }
    }

    /** Ends for good. */
    void end(String why) {
        ended = true;
        generation.end(why);
        stopTicking();
    }

    // Nobody would hear of what is thrown here, and there would be no next try.
    private @Nullable Void tried(@Nullable Begun begun, @Nullable Throwable failure) {
        try {
            if (begun == null) {
                failed(failure);
            } else if (ended) {
                begun.generation().end("the topology is another one by now");
            } else {
                use(begun);
            }
        } catch (RuntimeException e) {
            LOG.error("cache_keeper_failed address={}", address, e);
            generation.end("its keeper failed: " + e);
            stopTicking();
            startLater();
        }
        return null;
    }

    private void use(Begun begun) {
        Bounds bounds = begun.first().bounds();
        lastFailure = "";
        generation = begun.generation();
        connection = begun.connection();
        reliedOn = bounds;
        Pulse pulse = new Pulse(begun.heartbeat()::beat, begun.generation(), bounds, needs.pulse());
        long period = bounds.lease().toNanos() / HEARTBEATS_PER_LEASE;
        ticks = needs.thread().scheduleAtFixedRate(() -> tick(pulse), period, period, TimeUnit.NANOSECONDS);
        needs.pulse().observer().on(CacheObserver.Event.GENERATION_STARTED);
        LOG.info(
                "cache_generation_began address={} replicas={} lease_ms={}",
                address,
                target.master().replicas(),
                bounds.lease().toMillis());
        needs.events().changed();
        var unused = begun.connection().closed().thenRunAsync(this::over, needs.thread());
    }

    private void tick(Pulse pulse) {
        try {
            pulse.tick();
        } catch (RuntimeException e) {
            LOG.error("cache_heartbeat_failed address={}", address, e);
            generation.end("its heartbeat failed: " + e);
        }
    }

    private void over() {
        stopTicking();
        needs.pulse().observer().on(CacheObserver.Event.GENERATION_ENDED);
        String why = generation
                .ended()
                .map(end -> end.reason() + ": " + end.detail())
                .orElse("it was closed");
        if (ended) {
            LOG.info("cache_generation_ended address={} reason={}", address, why);
            return;
        }
        LOG.warn("cache_generation_ended address={} reason={}", address, why);
        needs.events().doubted();
        start();
    }

    private void failed(@Nullable Throwable failure) {
        if (ended) {
            return;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Reason reason =
                cause instanceof GenerationStart.NotBegun notBegun ? notBegun.reason() : Reason.STORE_UNAVAILABLE;
        String detail = Failures.text(failure);
        if (!detail.equals(lastFailure)) {
            lastFailure = detail;
            LOG.warn("cache_generation_failed address={} reason={}: {}", address, reason, detail);
            replaceAbsent(reason, detail);
        }
        needs.events().doubted();
        startLater();
    }

    private void startLater() {
        int pause = ThreadLocalRandom.current().nextInt(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS + 1);
        var unused = needs.thread().schedule(this::start, pause, TimeUnit.MILLISECONDS);
    }

    /**
     * Says why there is none. One that lived stays in its place while its server is away, so that it can be asked what was
     * known; but not where the server is there, and has something else to say than it had.
     */
    private void replaceAbsent(Reason reason, String detail) {
        if (connection == null || reason != Reason.STORE_UNAVAILABLE) {
            connection = null;
            generation = absent(reason, detail);
            needs.events().changed();
        }
    }

    private Generation absent(Reason reason, String detail) {
        return Absent.generation(
                reason,
                "Redis at " + address + ": " + detail,
                needs.pulse().nanoClock().getAsLong());
    }

    private void stopTicking() {
        if (ticks != null) {
            ticks.cancel(false);
        }
    }
}
