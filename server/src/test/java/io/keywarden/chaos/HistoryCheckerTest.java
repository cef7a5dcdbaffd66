package io.keywarden.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.chaos.History.Answer;
import io.keywarden.chaos.History.Check;
import io.keywarden.chaos.History.Window;
import io.keywarden.chaos.History.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Times are in milliseconds here. */
final class HistoryCheckerTest {
    private static final HistoryChecker.Rules RULES = HistoryChecker.Rules.promised(Duration.ofSeconds(1), 100, 1);

    private final History history = new History(0);

    @Test
    void check_allowsUntilTheEffectiveTime_clean() {
        live(0, 10_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        checks("t", 1_161, 10_000, Answer.DENY);

        Findings findings = findings();
        assertThat(findings.violations()).isEmpty();
        assertThat(findings.voids()).isEmpty();
        assertThat(findings.isClean()).isTrue();
        assertThat(findings.promises().watched()).isEqualTo(1);
        assertThat(findings.times().lastAllow()).isBetween(Duration.ofMillis(985), Duration.ofMillis(990));
    }

    @Test
    void check_oneAllowThatBeganAfterTheEffectiveTime_violation() {
        live(0, 10_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        checks("t", 1_200, 5_000, Answer.DENY);
        check("t", 4_000, 4_001, Answer.ALLOW);

        Findings findings = findings();
        assertThat(findings.violations()).singleElement().asString().contains("2840 ms after the effective time");
        assertThat(findings.promises().lateAllows()).isEqualTo(1);
        assertThat(findings.times().latestAllow()).isEqualTo(Duration.ofMillis(2_840));
    }

    @Test
    void check_allowThatBeganBeforeAndEndedAfterTheEffectiveTime_clean() {
        live(0, 10_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        check("t", 1_159, 9_000, Answer.ALLOW);

        assertThat(findings().violations()).isEmpty();
    }

    @Test
    void check_allowAfterItWasGivenBack_clean() {
        live(0, 10_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        write(2_000, 2_010, false, true);
        check("t", 2_001, 2_002, Answer.ALLOW);
        check("t", 1_990, 2_001, Answer.ALLOW);

        assertThat(findings().violations()).isEmpty();
    }

    @Test
    void check_allowAfterItWasGivenBackBeforeTheEffectiveTime_isNotTheLastAllow() {
        live(0, 10_000);
        checks("t", 0, 300, Answer.ALLOW);
        revoke(100, 110, 60_000);
        write(2_000, 2_010, false, true);
        checks("t", 2_010, 5_000, Answer.ALLOW);

        assertThat(findings().violations()).isEmpty();
        assertThat(findings().promises().watched()).isEqualTo(1);
        assertThat(findings().times().lastAllow()).isBetween(Duration.ofMillis(185), Duration.ofMillis(190));
    }

    @Test
    void check_allowAfterGivingItBackWasRefused_violation() {
        live(0, 10_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        write(2_000, 2_010, false, false);
        check("t", 2_020, 2_021, Answer.ALLOW);

        assertThat(findings().violations()).hasSize(1);
    }

    @Test
    void check_allowBetweenEffectiveTimeAndGivingBack_violation() {
        live(0, 10_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        check("t", 1_500, 1_501, Answer.ALLOW);
        write(2_000, 2_010, false, true);

        assertThat(findings().violations()).hasSize(1);
    }

    @Test
    void check_revocationWithoutAPromise_bindsNothingAndProvesNothing() {
        live(0, 10_000);
        checks("t", 0, 9_000, Answer.ALLOW);
        history.wrote("t", new Write(nanos(100), nanos(110), true, true, OptionalLong.empty()));

        assertThat(findings().violations()).isEmpty();
        assertThat(findings().voids()).isNotEmpty();
    }

    @Test
    void check_noCheckBetweenAnswerAndEffectiveTime_void() {
        live(0, 10_000);
        checks("t", 0, 100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        checks("t", 1_200, 5_000, Answer.DENY);

        assertThat(findings().violations()).isEmpty();
        assertThat(findings().voids()).singleElement().asString().contains("0 of 1 promises");
        assertThat(findings().isClean()).isFalse();
    }

    @Test
    void check_tooFewChecksASecond_void() {
        live(0, 10_000);
        revoke(100, 110, 1_160);
        check("t", 200, 201, Answer.ALLOW);

        assertThat(findings().voids()).singleElement().asString().contains("checks a second");
    }

    @Test
    void check_noLiveToken_void() {
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);

        assertThat(findings().voids()).singleElement().asString().contains("live token");
    }

    @Test
    void check_liveTokenRefusedWithoutAFault_violation() {
        live(0, 10_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        check("live", 5_000, 5_001, Answer.ERROR);
        assertThat(findings().violations()).singleElement().asString().contains("outside of faults");
    }

    @Test
    void check_liveTokenRefusedInAFault_clean() {
        live(0, 3_000);
        live(4_500, 10_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        checks("live", 3_000, 4_500, Answer.ERROR);
        history.window(new Window("a fault", nanos(2_900), nanos(3_500)));

        Findings findings = findings();
        assertThat(findings.isClean()).isTrue();
        assertThat(findings.times().recovery()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_010));
    }

    @Test
    void check_liveTokenNotAllowedAgainInTime_violation() {
        live(0, 3_000);
        live(6_600, 10_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        checks("live", 3_000, 6_600, Answer.ERROR);
        history.window(new Window("a fault", nanos(2_900), nanos(3_500)));

        assertThat(findings().violations()).anyMatch(text -> text.contains("not allowed again within 3000 ms"));
    }

    @Test
    void check_runEndsBeforeRecovery_void() {
        live(0, 4_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);
        history.window(new Window("a fault", nanos(2_900), nanos(3_500)));

        assertThat(findings().voids()).anyMatch(text -> text.contains("ended before"));
    }

    @Test
    void check_fewerRevokesThanAsked_void() {
        live(0, 10_000);
        checks("t", 0, 1_100, Answer.ALLOW);
        revoke(100, 110, 1_160);

        Findings findings =
                new HistoryChecker(HistoryChecker.Rules.promised(Duration.ofSeconds(1), 100, 200)).check(history);
        assertThat(findings.voids()).singleElement().asString().contains("at least 200");
    }

    @Test
    void monotonic_wallClockTime_countedFromThisMoment() {
        Instant now = Instant.parse("2026-06-01T12:00:00Z");
        assertThat(History.monotonic(Optional.of(now.plusMillis(1_050)), now, 7))
                .hasValue(1_050_000_007L);
        assertThat(History.monotonic(Optional.empty(), now, 7)).isEmpty();
    }

    private Findings findings() {
        return new HistoryChecker(RULES).check(history);
    }

    private void live(long from, long to) {
        checks("live", from, to, Answer.ALLOW);
    }

    /** A check each five milliseconds. */
    private void checks(String token, long from, long to, Answer answer) {
        for (long start = from; start < to; start += 5) {
            check(token, start, start + 1, answer);
        }
    }

    private void check(String token, long start, long end, Answer answer) {
        history.checked(token, new Check(nanos(start), nanos(end), answer));
    }

    private void revoke(long start, long end, long effective) {
        history.wrote("t", new Write(nanos(start), nanos(end), true, true, OptionalLong.of(nanos(effective))));
    }

    private void write(long start, long end, boolean narrows, boolean maybeMade) {
        history.wrote("t", new Write(nanos(start), nanos(end), narrows, maybeMade, OptionalLong.empty()));
    }

    private static long nanos(long millis) {
        return millis * 1_000_000;
    }
}
