package io.keywarden.telemetry;

import io.keywarden.admin.UpkeepObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what Admin does with tokens because time passes. All meters are made beforehand. */
public final class UpkeepMetrics implements UpkeepObserver {
    private final Counter purged;

    UpkeepMetrics(MeterRegistry registry) {
        this.purged = Counter.builder("keywarden.tokens.purged")
                .description("Deleted tokens whose names and secrets were removed for good.")
                .register(registry);
    }

    @Override
    public void purged() {
        purged.increment();
    }
}
