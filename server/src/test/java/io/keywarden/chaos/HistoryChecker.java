package io.keywarden.chaos;

import io.keywarden.chaos.History.Answer;
import io.keywarden.chaos.History.Check;
import io.keywarden.chaos.History.Track;
import io.keywarden.chaos.History.Window;
import io.keywarden.chaos.History.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says what in a history is not as promised. A token that is never written to is alive all the time: it tells whether who
 * may pass does pass. Immutable, and pure.
 */
final class HistoryChecker {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Rules rules;

    HistoryChecker(Rules rules) {
        this.rules = rules;
    }

    /**
     * What is asked of a history.
     *
     * @param recovery how long after the end of a fault a live token may still not be allowed: the lease, and 2 s
     * @param leastLive which part of the checks of live tokens has to be allowed outside of faults
     * @param leastRate how many checks a second there have to be of a token between the answer and the effective time of a
     *     write; with fewer the history says too little
     * @param leastRevokes how many promises have to have been watched like that
     */
    record Rules(Duration recovery, double leastLive, double leastRate, int leastRevokes) {
        /** What is promised, with that lease. */
        static Rules promised(Duration lease, double leastRate, int leastRevokes) {
            return new Rules(lease.plusSeconds(2), 0.9999, leastRate, leastRevokes);
        }
    }

    /** Looks at all of it. */
    Findings check(History history) {
        Counts counts = new Counts();
        for (Map.Entry<String, Track> token : history.tracks().entrySet()) {
            List<Check> checks = token.getValue().checks();
            List<Write> writes = token.getValue().writes();
            counts.add(checks, writes.size());
            if (writes.isEmpty()) {
                live(token.getKey(), checks, history, counts);
            } else {
                promises(token.getKey(), checks, writes, counts);
            }
        }
        judgeLive(counts);
        return counts.findings(voids(counts));
    }

    private void promises(String token, List<Check> checks, List<Write> writes, Counts counts) {
        for (int i = 0; i < writes.size(); i++) {
            Write write = writes.get(i);
            if (!write.narrows() || write.effective().isEmpty()) {
                continue;
            }
            long effective = write.effective().getAsLong();
            long until = nextWidening(writes, i);
            counts.promises++;
            int watched = 0;
            for (Check check : checks) {
                if (check.start() > effective && check.end() < until && check.answer() == Answer.ALLOW) {
                    counts.late(token, check.start() - effective);
                }
                // What was given back before that time is allowed again.
                if (check.start() >= write.end() && check.start() <= effective && check.end() < until) {
                    watched++;
                    counts.seen(check, write.end());
                }
            }
            counts.watch(watched, Math.min(effective, until) - write.end());
        }
    }

    /** When the right may have been given back. */
    private static long nextWidening(List<Write> writes, int from) {
        return writes.subList(from + 1, writes.size()).stream()
                .filter(write -> !write.narrows() && write.maybeMade())
                .mapToLong(Write::start)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private void live(String token, List<Check> checks, History history, Counts counts) {
        for (Check check : checks) {
            boolean excused = history.windows().stream().anyMatch(window -> touches(window, check));
            counts.liveOutside += excused ? 0 : 1;
            counts.liveRefusedOutside += !excused && check.answer() != Answer.ALLOW ? 1 : 0;
        }
        long last = checks.stream().mapToLong(Check::end).max().orElse(history.start());
        for (Window window : history.windows()) {
            Optional<Long> back = checks.stream()
                    .filter(check -> check.start() > window.end() && check.answer() == Answer.ALLOW)
                    .map(Check::end)
                    .min(Long::compare);
            long deadline = window.end() + rules.recovery().toNanos();
            if (last < deadline) {
                counts.voids.add("the run ended before " + window.fault() + " could have been recovered from");
            } else if (back.isEmpty() || back.get() > deadline) {
                counts.violations.add(token + " is not allowed again within "
                        + rules.recovery().toMillis() + " ms after " + window.fault());
            }
            back.ifPresent(when -> counts.slowestRecovery = Math.max(counts.slowestRecovery, when - window.end()));
        }
    }

    private boolean touches(Window window, Check check) {
        return check.end() >= window.start()
                && check.start() <= window.end() + rules.recovery().toNanos();
    }

    private void judgeLive(Counts counts) {
        if (counts.liveOutside > 0 && counts.liveRatio() < rules.leastLive()) {
            counts.violations.add(counts.liveRefusedOutside + " of " + counts.liveOutside
                    + " checks of a live token were not allowed outside of faults");
        }
    }

    private List<String> voids(Counts counts) {
        List<String> voids = new ArrayList<>(counts.voids);
        if (counts.watchedPromises < Math.max(1, rules.leastRevokes())) {
            voids.add(counts.watchedPromises + " of " + counts.promises
                    + " promises were watched between answer and effective time (expected: at least "
                    + Math.max(1, rules.leastRevokes()) + ")");
        } else if (counts.rate() < rules.leastRate()) {
            voids.add(Math.round(counts.rate()) + " checks a second of what was revoked (expected: at least "
                    + Math.round(rules.leastRate()) + ")");
        }
        if (counts.liveOutside == 0) {
            voids.add("no check of a live token outside of faults");
        }
        return voids;
    }

    /** What was counted so far. */
    private static final class Counts {
        private static final int MOST_TEXTS = 20;

        private final Map<Answer, Long> answers = new EnumMap<>(Answer.class);
        private final List<String> violations = new ArrayList<>();
        private final List<String> voids = new ArrayList<>();
        private long writes;
        private long promises;
        private long watchedPromises;
        private long watchedChecks;
        private long watchedNanos;
        private long lateAllows;
        private long latestNanos;
        private long slowestSeen;
        private long liveOutside;
        private long liveRefusedOutside;
        private long slowestRecovery;

        void add(List<Check> checks, int moreWrites) {
            checks.forEach(check -> answers.merge(check.answer(), 1L, Long::sum));
            writes += moreWrites;
        }

        void late(String token, long nanos) {
            lateAllows++;
            latestNanos = Math.max(latestNanos, nanos);
            if (violations.size() < MOST_TEXTS) {
                violations.add(token + " was allowed by a check that began " + nanos / 1_000_000
                        + " ms after the effective time");
            }
        }

        void seen(Check check, long answered) {
            if (check.answer() == Answer.ALLOW) {
                slowestSeen = Math.max(slowestSeen, check.start() - answered);
            }
        }

        void watch(int checks, long nanos) {
            if (checks > 0) {
                watchedPromises++;
                watchedChecks += checks;
                watchedNanos += nanos;
            }
        }

        double rate() {
            return watchedNanos <= 0 ? 0 : watchedChecks * NANOS_PER_SECOND / watchedNanos;
        }

        double liveRatio() {
            return 1.0 - (double) liveRefusedOutside / liveOutside;
        }

        Findings findings(List<String> missing) {
            return new Findings(
                    new Findings.Checks(
                            answers.getOrDefault(Answer.ALLOW, 0L),
                            answers.getOrDefault(Answer.DENY, 0L),
                            answers.getOrDefault(Answer.ERROR, 0L),
                            Math.round(rate())),
                    new Findings.Promises(writes, promises, watchedPromises, lateAllows),
                    new Findings.Times(
                            Duration.ofNanos(slowestSeen),
                            Duration.ofNanos(latestNanos),
                            Duration.ofNanos(slowestRecovery)),
                    violations,
                    missing);
        }
    }
}
