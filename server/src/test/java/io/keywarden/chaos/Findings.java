package io.keywarden.chaos;

import java.time.Duration;
import java.util.List;

/**
 * What a {@link HistoryChecker} found.
 *
 * @param violations what was promised and is not so; of late allows the first ones only
 * @param voids why the history says too little to prove anything
 */
record Findings(Checks checks, Promises promises, Times times, List<String> violations, List<String> voids) {
    Findings {
        violations = List.copyOf(violations);
        voids = List.copyOf(voids);
    }

    /**
     * The checks.
     *
     * @param perSecond of a token between the answer and the effective time of its revocation
     */
    record Checks(long allowed, long denied, long errors, long perSecond) {
        long all() {
            return allowed + denied + errors;
        }
    }

    /**
     * The writes.
     *
     * @param writes all of them
     * @param made those that took a right away and promised a time
     * @param watched those of them with a check between the answer and that time
     * @param lateAllows how many checks that began after that time were allowed
     */
    record Promises(long writes, long made, long watched, long lateAllows) {}

    /**
     * How long things took at most.
     *
     * @param lastAllow from the answer to a revocation to the last check that was allowed within the bound
     * @param latestAllow from the effective time to the latest check that was allowed, a violation
     * @param recovery from the end of a fault to the first allow of a live token
     */
    record Times(Duration lastAllow, Duration latestAllow, Duration recovery) {}

    boolean isClean() {
        return violations.isEmpty() && voids.isEmpty();
    }

    /** The heading of {@link #row}. */
    static String header() {
        return """
                | fault | checks | allowed | denied | cannot tell | checks/s on the revoked | revokes | late allows | last allow after the answer | back after | verdict |
                |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|
                """;
    }

    /** One row of a Markdown table. */
    String row(String name) {
        String verdict = isClean() ? "held" : violations.isEmpty() ? "void" : "**violated**";
        return "| " + name + " | " + checks.all() + " | " + checks.allowed() + " | " + checks.denied() + " | "
                + checks.errors() + " | " + checks.perSecond() + " | " + promises.watched() + " | "
                + promises.lateAllows() + " | " + times.lastAllow().toMillis() + " ms | "
                + times.recovery().toMillis() + " ms | " + verdict + " |";
    }
}
