package io.keywarden.telemetry;

import io.keywarden.admin.UpkeepObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what Admin does with tokens because time passes. All meters are made beforehand. */
public final class UpkeepMetrics implements UpkeepObserver {
    private final Counter purged;
    private final Counter noticed;
    private final Counter moved;
    private final AtomicInteger expiring = new AtomicInteger();

    UpkeepMetrics(MeterRegistry registry) {
        this.purged = Counter.builder("keywarden.tokens.purged")
                .description("Deleted tokens whose names and secrets were removed for good.")
                .register(registry);
        this.noticed = Counter.builder("keywarden.tokens.expiry.notices")
                .description("Notes in histories that a token ends soon.")
                .register(registry);
        this.moved = Counter.builder("keywarden.records.moved")
                .description("Records that were taken off a key which is not active any more.")
                .register(registry);
        Gauge.builder("keywarden.tokens.expiring", expiring, AtomicInteger::get)
                .description(
                        "Tokens that end within the largest of their tenant's expiry_notice_days, as last counted.")
                .register(registry);
    }

    @Override
    public void purged() {
        purged.increment();
    }

    @Override
    public void noticed() {
        noticed.increment();
    }

    @Override
    public void moved() {
        moved.increment();
    }

    @Override
    public void expiring(int tokens) {
        expiring.set(tokens);
    }
}
