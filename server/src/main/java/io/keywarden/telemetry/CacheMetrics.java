package io.keywarden.telemetry;

import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.CacheStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Counts what the near cache does, and measures how it is. All meters are made beforehand. */
public final class CacheMetrics implements CacheObserver {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1)
    };

    private final MeterRegistry registry;
    private final Map<Event, Counter> counters;
    private final Map<Heartbeat, Timer> heartbeats;

    CacheMetrics(MeterRegistry registry) {
        this.registry = registry;
        Map<Event, Counter> byEvent = new EnumMap<>(Event.class);
        for (Event event : Event.values()) {
            byEvent.put(event, counter(registry, event));
        }
        this.counters = Collections.unmodifiableMap(byEvent);
        Map<Heartbeat, Timer> byOutcome = new EnumMap<>(Heartbeat.class);
        for (Heartbeat outcome : Heartbeat.values()) {
            byOutcome.put(
                    outcome,
                    Timer.builder("keywarden.cache.heartbeat")
                            .description("How long heartbeats on the tracked connections took.")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .serviceLevelObjectives(BUCKETS)
                            .register(registry));
        }
        this.heartbeats = Collections.unmodifiableMap(byOutcome);
    }

    @Override
    public void on(Event event) {
        of(counters, event).increment();
    }

    @Override
    public void on(Event event, int times) {
        of(counters, event).increment(times);
    }

    @Override
    public void heartbeat(Heartbeat outcome, long nanos) {
        of(heartbeats, outcome).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** From now on measures this too. To be called once. */
    public void watch(Supplier<CacheStatus> status) {
        gauge(status, "masters", "Masters of Redis that are known.", CacheStatus::masters);
        gauge(status, "generations.live", "Masters with a tracked connection.", CacheStatus::live);
        gauge(
                status,
                "lease.remaining.seconds",
                "What is left of the lease of the worst master; 0 means that no check can be decided.",
                now -> seconds(now.leaseLeft()));
        gauge(
                status,
                "lease.age.seconds",
                "How old the last proof of the worst master is.",
                now -> seconds(now.leaseAge()));
        gauge(status, "entries", "Records that are known, by estimate.", CacheStatus::entries);
        gauge(status, "bytes", "What they weigh, by estimate.", CacheStatus::bytes);
        gauge(
                status,
                "clock.behind.seconds",
                "How far the wall clock is behind the time that checks go by, because it was set back.",
                now -> seconds(now.clockBehind()));
        gauge(
                status,
                "clock.skew.seconds",
                "How far the wall clock is ahead of Redis's.",
                now -> seconds(now.clockSkew()));
    }

    private void gauge(
            Supplier<CacheStatus> status, String name, String description, ToDoubleFunction<CacheStatus> value) {
        Gauge.builder("keywarden.cache." + name, status, now -> value.applyAsDouble(now.get()))
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static <K, V> V of(Map<K, V> meters, K key) {
        V meter = meters.get(key);
        if (meter == null) {
            throw new IllegalStateException(key + " (expected: a meter for each)");
        }
        return meter;
    }

    private static Counter counter(MeterRegistry registry, Event event) {
        return switch (event) {
            case HIT -> lookups(registry, "hit");
            case MISS -> lookups(registry, "miss");
            case RECHECK -> lookups(registry, "recheck");
            case SERVED_KNOWN ->
                counter(registry, "served.known", "Decisions made from what was known before an outage.", "", "");
            case INVALIDATED -> invalidations(registry, "record");
            case FLUSHED -> invalidations(registry, "all");
            case MISSED_PUSH ->
                counter(registry, "missed.pushes", "Records that had changed although no push said so.", "", "");
            case REJECTED ->
                counter(
                        registry,
                        "rejected.records",
                        "Records read that are not to be believed or understood.",
                        "",
                        "");
            case GENERATION_STARTED -> generations(registry, "started");
            case GENERATION_ENDED -> generations(registry, "ended");
            case IN_FLIGHT_BOUND -> bounds(registry, "in_flight");
            case RATE_BOUND -> bounds(registry, "rate");
            case SOURCE_BOUND -> bounds(registry, "source");
        };
    }

    private static Counter lookups(MeterRegistry registry, String result) {
        return counter(registry, "lookups", "Records that checks asked for.", "result", result);
    }

    private static Counter invalidations(MeterRegistry registry, String what) {
        return counter(registry, "invalidations", "Pushes of writes.", "what", what);
    }

    private static Counter generations(MeterRegistry registry, String change) {
        return counter(registry, "generations", "Tracked connections.", "change", change);
    }

    private static Counter bounds(MeterRegistry registry, String bound) {
        return counter(registry, "bounds.reached", "Reads refused, since there were too many.", "bound", bound);
    }

    private static Counter counter(MeterRegistry registry, String name, String text, String tag, String value) {
        Counter.Builder counter = Counter.builder("keywarden.cache." + name).description(text);
        return (tag.isEmpty() ? counter : counter.tag(tag, value)).register(registry);
    }
}
