package io.keywarden.bench.compare;

import java.util.ArrayList;
import java.util.List;

/** Compares what was measured with what is promised, line by line. */
final class Goals {
    private final List<Goal> goals = new ArrayList<>();
    /** Whether what is compared now answered what it should. */
    private boolean right = true;

    private Goals() {}

    /**
     * One number.
     *
     * @param what in words
     * @param limit what is promised, in words
     * @param measured what was measured, in words
     * @param met whether it was kept
     */
    record Goal(String what, String limit, String measured, boolean met) {}

    /** All numbers that this run has. */
    static List<Goal> of(Findings findings) {
        Goals goals = new Goals();
        findings.direct().ifPresent(goals::direct);
        findings.populations().forEach(goals::population);
        goals.flat(findings.populations());
        goals.behindEnvoy(findings.behindEnvoy());
        goals.rest(findings);
        return List.copyOf(goals.goals);
    }

    private void direct(Series direct) {
        right = answered(direct);
        atMost(
                "CPU for a check, one token",
                1.2,
                "× the floor",
                direct.ratioToFloor(Names.KEYWARDEN, Sample::cpuMicros));
        if (direct.names().contains(Names.YES_GO)) {
            double share =
                    direct.median(Names.KEYWARDEN, Sample::cpuMicros) / direct.median(Names.YES_GO, Sample::cpuMicros);
            atMost("the same, beside a Go server that always says yes", 1 / 3.0, "× of it", share);
        }
        if (direct.names().contains(Names.OPA_GO)) {
            double share =
                    direct.median(Names.KEYWARDEN, Sample::cpuMicros) / direct.median(Names.OPA_GO, Sample::cpuMicros);
            atMost("the same, beside OPA's library in Go", 1 / 15.0, "× of it", share);
        }
    }

    private void population(Series series) {
        right = answered(series);
        atMost(
                "CPU for a check, " + series.title(),
                1.2,
                "× the floor",
                series.ratioToFloor(Names.KEYWARDEN, Sample::cpuMicros));
    }

    private void flat(List<Series> populations) {
        if (populations.size() > 1) {
            Series least = populations.get(0);
            Series most = populations.get(populations.size() - 1);
            right = answered(least) && answered(most);
            atMost(
                    "that ratio at " + most.title() + ", beside " + least.title(),
                    1.1,
                    "×",
                    most.ratioToFloor(Names.KEYWARDEN, Sample::cpuMicros)
                            / least.ratioToFloor(Names.KEYWARDEN, Sample::cpuMicros));
        }
    }

    private void behindEnvoy(List<Series> all) {
        for (Series series : all) {
            right = answered(series);
            if (Double.isNaN(series.median(Names.FLOOR, Sample::p99Micros))) {
                atLeast(
                        "requests a second behind Envoy",
                        0.95,
                        "× the floor's",
                        series.ratioToFloor(Names.KEYWARDEN, Sample::perSecond));
            } else {
                atMost(
                        "p99 " + series.title(),
                        1.1,
                        "× the floor's",
                        series.ratioToFloor(Names.KEYWARDEN, Sample::p99Micros));
            }
        }
    }

    private void rest(Findings findings) {
        right = true;
        findings.bytesPerToken().ifPresent(bytes -> atMost("heap for a cached token", 1024, "bytes", bytes));
        Extras.Memory memory = findings.memory();
        atMost(
                "resident memory, check role alone, %,d hot tokens, %,d s at 1,000 checks a second"
                        .formatted(memory.tokens(), memory.seconds()),
                160,
                "MB",
                memory.residentMegabytes());
        Extras.Starts starts = findings.starts();
        atMost("start to ready, the slowest of " + starts.ready().size(), 1_500, "ms", last(starts.ready()));
        atMost("first check after ready, the slowest", 50, "ms", last(starts.firstCheck()));
        revocation(
                "call of RevokeToken to the first deny, warm Admin",
                findings.revocations().warm());
        revocation("the same, Admin just started", findings.revocations().fresh());
        atMost(
                "round trips to Redis of a cold check",
                1,
                "",
                Math.round(findings.roundTrips().reads() * 10) / 10.0);
    }

    private void revocation(String what, Revocation revocation) {
        atMost(what + ", p99 of " + revocation.fromCall().size(), 10, "ms", Revocation.at(revocation.fromCall(), 0.99));
    }

    private void atMost(String what, double limit, String unit, double measured) {
        add(what, "at most " + Numbers.plain(limit) + " " + unit, measured, measured <= limit);
    }

    private void atLeast(String what, double limit, String unit, double measured) {
        add(what, "at least " + Numbers.plain(limit) + " " + unit, measured, measured >= limit);
    }

    private void add(String what, String limit, double measured, boolean met) {
        goals.add(new Goal(what, limit.strip(), Numbers.plain(measured), met && right && measured > 0));
    }

    /** What Keywarden did not answer as it should is no speed. */
    private static boolean answered(Series series) {
        return series.asExpected(Names.KEYWARDEN) >= Sample.LEAST_RIGHT;
    }

    private static double last(List<Double> sorted) {
        return sorted.get(sorted.size() - 1);
    }
}
