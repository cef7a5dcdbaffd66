package io.keywarden.cache;

import java.time.Duration;

/**
 * The bounds of the near cache.
 *
 * @param bytes how much the records of one generation may weigh together, by estimate
 * @param misses how many absent records one generation remembers
 * @param readsInFlight how many reads wait for their answers on one connection, or to be verified and compiled
 * @param readsPerSecond how many reads all checks of this replica may cause a second, refreshes of old hits included
 * @param readsPerSecondAndSource how many of those one source may cause
 * @param hitAge after which time a record that is known is read again, whatever was pushed
 */
public record CacheLimits(
        long bytes, int misses, int readsInFlight, int readsPerSecond, int readsPerSecondAndSource, Duration hitAge) {
    /** 256 MiB, 10,000 misses, 256 reads in flight, 20,000 reads a second, 5,000 of them for one source, 60 s. */
    public static final CacheLimits DEFAULT =
            new CacheLimits(256L << 20, 10_000, 256, 20_000, 5_000, Duration.ofSeconds(60));
}
