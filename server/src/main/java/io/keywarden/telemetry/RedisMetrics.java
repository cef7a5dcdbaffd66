package io.keywarden.telemetry;

import io.keywarden.redis.RedisObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Measures Redis by what was asked and what came of it. All meters are made beforehand. */
public final class RedisMetrics implements RedisObserver {
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(150),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final Map<Operation, Map<Outcome, Timer>> timers;

    RedisMetrics(MeterRegistry registry) {
        Map<Operation, Map<Outcome, Timer>> byOperation = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            Map<Outcome, Timer> byOutcome = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                byOutcome.put(outcome, timer(registry, operation, outcome));
            }
            byOperation.put(operation, byOutcome);
        }
        this.timers = Collections.unmodifiableMap(byOperation);
    }

    @Override
    public void observed(Operation operation, Outcome outcome, long nanos) {
        Map<Outcome, Timer> byOutcome = timers.get(operation);
        Timer timer = byOutcome == null ? null : byOutcome.get(outcome);
        if (timer == null) {
            throw new IllegalStateException(operation + " " + outcome + " (expected: a timer for each)");
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    private static Timer timer(MeterRegistry registry, Operation operation, Outcome outcome) {
        return Timer.builder("keywarden.redis.duration")
                .description("How long Redis took to answer.")
                .tag("operation", operation.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
