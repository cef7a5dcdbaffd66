package io.keywarden.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.CacheStatus;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.redis.RedisObserver;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @AfterEach
    void tearDown() {
        metrics.close();
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void checks_everyReason_isThereBeforeItHappens(Reason reason) {
        metrics.checks();

        String decision = reason.group() == Reason.Group.CANNOT_TELL ? "error" : "deny";
        assertThat(metrics.text())
                .contains("keywarden_checks_total{decision=\"" + decision + "\",reason=\"" + reason + "\"} 0.0");
    }

    @Test
    void checks_denied_areCountedAndMeasured() {
        CheckMetrics checks = metrics.checks();

        checks.checked(
                new Decision.Deny(Reason.MISSING_CREDENTIAL, Optional.empty(), Optional.empty()),
                TimeUnit.MILLISECONDS.toNanos(3),
                Optional.of("acme"));
        checks.checked(
                new Decision.CannotTell(Reason.STORE_UNAVAILABLE, "away"),
                TimeUnit.MILLISECONDS.toNanos(200),
                Optional.empty());

        assertThat(metrics.text())
                .contains("keywarden_checks_total{decision=\"deny\",reason=\"MISSING_CREDENTIAL\"} 1.0")
                .contains("keywarden_checks_total{decision=\"error\",reason=\"STORE_UNAVAILABLE\"} 1.0")
                .contains("keywarden_checks_total{decision=\"allow\",reason=\"\"} 0.0")
                .contains("keywarden_check_duration_seconds_bucket{le=\"0.002\"} 0")
                .contains("keywarden_check_duration_seconds_bucket{le=\"0.005\"} 1")
                .contains("keywarden_check_duration_seconds_bucket{le=\"+Inf\"} 2")
                .doesNotContain("acme");
    }

    @Test
    void countries_builtAndReloaded_areShown() {
        CountryMetrics countries = metrics.countries();

        countries.watchBuildTime(() -> Instant.ofEpochSecond(1_781_726_061));
        countries.loaded();

        assertThat(metrics.text())
                .contains("keywarden_country_database_build_timestamp_seconds 1.781726061E9")
                .contains("keywarden_country_database_reloads_total{outcome=\"loaded\"} 1.0")
                .contains("keywarden_country_database_reloads_total{outcome=\"failed\"} 0.0");
    }

    @Test
    void redis_observed_isMeasuredByOperationAndOutcome() {
        metrics.redis()
                .observed(RedisObserver.Operation.FETCH, RedisObserver.Outcome.NO_ANSWER, TimeUnit.SECONDS.toNanos(2));

        assertThat(metrics.text())
                .contains("keywarden_redis_duration_seconds_count{operation=\"fetch\",outcome=\"no_answer\"} 1");
    }

    @Test
    void watchProcess_memory_isThere() {
        metrics.watchProcess();

        assertThat(metrics.text()).contains("jvm_memory_used_bytes");
    }

    @Test
    void watchProcess_collectors_areCounted() {
        metrics.watchProcess();

        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            assertThat(metrics.text())
                    .contains("jvm_gc_collection_seconds_count{gc=\"" + collector.getName() + "\"}")
                    .contains("jvm_gc_collection_seconds_sum{gc=\"" + collector.getName() + "\"}");
        }
    }

    @Test
    void cache_events_areCounted() {
        CacheMetrics cache = metrics.cache();
        for (CacheObserver.Event event : CacheObserver.Event.values()) {
            cache.on(event);
        }
        cache.heartbeat(CacheObserver.Heartbeat.UNPROVEN, TimeUnit.MILLISECONDS.toNanos(30));

        assertThat(metrics.text())
                .contains("keywarden_cache_lookups_total{result=\"hit\"} 1.0")
                .contains("keywarden_cache_invalidations_total{what=\"all\"} 1.0")
                .contains("keywarden_cache_generations_total{change=\"ended\"} 1.0")
                .contains("keywarden_cache_bounds_reached_total{bound=\"source\"} 1.0")
                .contains("keywarden_cache_served_known_total 1.0")
                .contains("keywarden_cache_missed_pushes_total 1.0")
                .contains("keywarden_cache_heartbeat_seconds_bucket{outcome=\"unproven\",le=\"0.1\"} 1");
    }

    @Test
    void cache_status_isMeasured() {
        metrics.cache()
                .watch(() -> new CacheStatus(
                        3,
                        2,
                        Duration.ZERO,
                        Duration.ofMillis(1_500),
                        40,
                        4_000,
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(-2)));

        assertThat(metrics.text())
                .contains("keywarden_cache_masters 3.0")
                .contains("keywarden_cache_generations_live 2.0")
                .contains("keywarden_cache_lease_remaining_seconds 0.0")
                .contains("keywarden_cache_lease_age_seconds 1.5")
                .contains("keywarden_cache_entries 40.0")
                .contains("keywarden_cache_bytes 4000.0")
                .contains("keywarden_cache_clock_behind_seconds 7.0")
                .contains("keywarden_cache_clock_skew_seconds -2.0");
    }
}
