package io.keywarden.bench.compare;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * All that one run came to.
 *
 * @param direct one token, straight to each server
 * @param populations many tokens, straight to the floor and Keywarden
 * @param cold tokens that were never asked about
 * @param behindEnvoy as much as goes, and at a fixed rate
 * @param starts how long starts took
 * @param memory in RAM, with 10,000 hot tokens
 * @param bytesPerToken of heap, where it could be asked for
 * @param roundTrips of a cold check
 * @param revocations how soon a revoked token is denied
 */
record Findings(
        Optional<Series> direct,
        List<Series> populations,
        Optional<Series> cold,
        List<Series> behindEnvoy,
        Extras.Starts starts,
        Extras.Memory memory,
        OptionalDouble bytesPerToken,
        RoundTrips roundTrips,
        Revocation.Both revocations) {
    /** Above this the floor was disturbed, and nothing that is measured against it counts. */
    private static final double HIGHEST_FLOOR_MICROS = 15;

    Findings {
        populations = List.copyOf(populations);
        behindEnvoy = List.copyOf(behindEnvoy);
    }

    /** Why the run does not count; empty where it does. */
    Optional<String> invalid() {
        double floor = direct.map(series -> series.median(Names.FLOOR, Sample::cpuMicros))
                .orElse(Double.NaN);
        if (floor > HIGHEST_FLOOR_MICROS) {
            return Optional.of("the floor took %.1f µs of CPU for each check (expected: at most %.0f): something else "
                            .formatted(floor, HIGHEST_FLOOR_MICROS)
                    + "was running, or the machine is a slow one");
        }
        return Optional.empty();
    }
}
