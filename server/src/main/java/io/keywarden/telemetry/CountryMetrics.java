package io.keywarden.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.function.Supplier;

/** Shows how old the database of countries is, and counts what became of newer ones. All meters are made beforehand. */
public final class CountryMetrics {
    private final MeterRegistry registry;
    private final Counter loaded;
    private final Counter failed;

    CountryMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.loaded = counter(registry, "loaded");
        this.failed = counter(registry, "failed");
    }

    /** Shows when the database in use was built by its publisher. */
    public void watchBuildTime(Supplier<Instant> buildTime) {
        Gauge.builder(
                        "keywarden.country.database.build.timestamp",
                        () -> buildTime.get().getEpochSecond())
                .description("When the database of countries in use was built by its publisher, in Unix time.")
                .baseUnit("seconds")
                .strongReference(true)
                .register(registry);
    }

    /** Another database is used from now on. */
    public void loaded() {
        loaded.increment();
    }

    /** Another database cannot be used. */
    public void failed() {
        failed.increment();
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("keywarden.country.database.reloads")
                .description("Changes of the file of countries, by what came of them.")
                .tag("outcome", outcome)
                .register(registry);
    }
}
