package io.keywarden.telemetry;

import io.keywarden.check.CheckObserver;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Counts checks by decision and reason, and measures how long they take. All meters are made beforehand, so that every
 * reason is there with 0 before it first happens, and counting looks nothing up by name. No tenant is a label: there can be
 * any number of them.
 */
public final class CheckMetrics implements CheckObserver {
    private static final String CHECKS = "keywarden.checks";
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(150),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1)
    };

    private final Counter allowed;
    private final Map<Reason, Counter> refused;
    private final Timer duration;

    CheckMetrics(MeterRegistry registry) {
        this.allowed = counter(registry, "allow", "");
        Map<Reason, Counter> byReason = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            String decision = reason.group() == Reason.Group.CANNOT_TELL ? "error" : "deny";
            byReason.put(reason, counter(registry, decision, reason.name()));
        }
        this.refused = Collections.unmodifiableMap(byReason);
        this.duration = Timer.builder("keywarden.check.duration")
                .description("How long checks took, from their arrival to their answer.")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    @Override
    public void checked(Decision decision, long nanos, Optional<String> requestTenant) {
        duration.record(nanos, TimeUnit.NANOSECONDS);
        decision.fold(allow -> allowed, deny -> of(deny.reason()), unknown -> of(unknown.reason()))
                .increment();
    }

    private Counter of(Reason reason) {
        Counter counter = refused.get(reason);
        if (counter == null) {
            throw new IllegalStateException(reason + " (expected: a counter for every reason)");
        }
        return counter;
    }

    private static Counter counter(MeterRegistry registry, String decision, String reason) {
        return Counter.builder(CHECKS)
                .description("Answered checks.")
                .tag("decision", decision)
                .tag("reason", reason)
                .register(registry);
    }
}
