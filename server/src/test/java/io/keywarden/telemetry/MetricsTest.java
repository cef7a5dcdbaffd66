package io.keywarden.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.redis.RedisObserver;
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
}
