package io.keywarden.app;

import io.keywarden.cli.ExitCode;
import io.keywarden.cli.UserError;
import io.keywarden.geo.CountryDatabase;
import io.keywarden.policy.CountryLookup;
import io.keywarden.telemetry.CountryMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database of countries, looked at again and again for a newer one. */
final class CountryPart {
    private static final Logger LOG = LoggerFactory.getLogger(CountryPart.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private CountryPart() {}

    /**
     * Opens the database that the configuration names; where it names none, no country is known.
     *
     * @throws UserError if it cannot be used
     */
    static CountryLookup open(Shared shared, Closer closer) {
        return shared.startup()
                .config()
                .check()
                .countries()
                .map(file -> watched(file, shared.metrics().countries(), closer))
                .orElse(CountryLookup.NONE);
    }

    private static CountryLookup watched(Path file, CountryMetrics metrics, Closer closer) {
        CountryDatabase database = read(file);
        metrics.watchBuildTime(database::buildTime);
        ScheduledExecutorService thread = Threads.scheduled("countries");
        closer.add("countries thread", Threads.closing(thread));
        var unused = thread.scheduleWithFixedDelay(
                () -> look(database, metrics), PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        return database;
    }

    private static CountryDatabase read(Path file) {
        try {
            return CountryDatabase.open(file);
        } catch (IOException e) {
            throw new UserError(ExitCode.USAGE, "check.countries.database: " + e.getMessage());
        }
    }

    // What escapes from here would end the looking; the database in use stays as it is.
    @SuppressWarnings("CatchingUnchecked")
    private static void look(CountryDatabase database, CountryMetrics metrics) {
        try {
            switch (database.reload()) {
                case UNCHANGED -> {}
                case LOADED -> metrics.loaded();
                case FAILED -> metrics.failed();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("countries_not_looked_at", e);
            metrics.failed();
        }
    }
}
