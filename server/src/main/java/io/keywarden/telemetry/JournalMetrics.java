package io.keywarden.telemetry;

import io.keywarden.admin.JournalObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts the writes of Admin's journal that the store had lost, by what became of them. All meters are made beforehand. */
public final class JournalMetrics implements JournalObserver {
    private final Counter again;
    private final Counter gone;

    JournalMetrics(MeterRegistry registry) {
        this.again = counter(registry, Outcome.AGAIN);
        this.gone = counter(registry, Outcome.GONE);
    }

    @Override
    public void lost(Outcome outcome) {
        switch (outcome) {
            case AGAIN -> again.increment();
            case GONE -> gone.increment();
        }
    }

    private static Counter counter(MeterRegistry registry, Outcome outcome) {
        return Counter.builder("keywarden.journal.lost.writes")
                .description("Writes that took a right away and that Redis had lost.")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
