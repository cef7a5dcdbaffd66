package io.keywarden.bench.compare;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param name as it stands in the report
 * @param rounds how often each server is measured, in turn with the others
 * @param window how long each time
 * @param warmUp how long each server runs before it is measured
 * @param populations how many tokens are in Redis, one after another
 * @param hot how many of them are used at most
 * @param cold how many more there are, each of which is asked about once
 * @param starts how often Keywarden is started to measure that
 * @param revokes how many tokens are revoked to measure that
 * @param warmRevokes how many are revoked before, for Admin to be warm
 */
record Scale(
        String name,
        int rounds,
        Duration window,
        Duration warmUp,
        List<Integer> populations,
        int hot,
        int cold,
        int starts,
        int revokes,
        int warmRevokes) {
    static final Scale FULL = new Scale(
            "full",
            6,
            Duration.ofSeconds(3),
            Duration.ofSeconds(8),
            List.of(100, 100_000, 1_000_000),
            100_000,
            20_000,
            5,
            200,
            1_000);
    static final Scale QUICK = new Scale(
            "quick", 1, Duration.ofSeconds(2), Duration.ofSeconds(5), List.of(100, 20_000), 10_000, 5_000, 2, 30, 30);

    Scale {
        populations = List.copyOf(populations);
    }

    /** How many tokens there are in the end, those that are asked about once left out. */
    int largest() {
        return populations.get(populations.size() - 1);
    }
}
