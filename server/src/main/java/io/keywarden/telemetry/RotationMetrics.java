package io.keywarden.telemetry;

import io.keywarden.admin.RotationObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts the tokens that were due to get a new secret by themselves, by what became of them. All meters are made beforehand. */
public final class RotationMetrics implements RotationObserver {
    private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

    RotationMetrics(MeterRegistry registry) {
        Arrays.stream(Outcome.values()).forEach(outcome -> counters.put(outcome, counter(registry, outcome)));
    }

    @Override
    public void rotation(Outcome outcome) {
        Objects.requireNonNull(counters.get(outcome)).increment();
    }

    private static Counter counter(MeterRegistry registry, Outcome outcome) {
        return Counter.builder("keywarden.rotations")
                .description("Tokens that were due to get a new secret by themselves.")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
