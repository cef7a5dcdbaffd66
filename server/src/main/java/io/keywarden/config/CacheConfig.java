package io.keywarden.config;

/**
 * The bounds of what a replica that checks keeps of Redis in memory.
 *
 * @param bytes how much the records may weigh together, by estimate
 * @param misses how many ids are remembered as not being there
 * @param readsPerSecond how many reads all checks may cause a second
 * @param readsPerSecondPerSource how many of those one source may cause
 */
public record CacheConfig(long bytes, int misses, int readsPerSecond, int readsPerSecondPerSource) {
    /** The least memory. */
    public static final long MIN_BYTES = 1L << 20;
    /** The most memory. */
    public static final long MAX_BYTES = 64L << 30;
    /** The most misses. */
    public static final int MAX_MISSES = 1_000_000;
    /** The most reads. */
    public static final int MAX_READS = 1_000_000;

    private static final CacheConfig DEFAULTS = new CacheConfig(256L << 20, 10_000, 20_000, 5_000);

    /** Rejects what is out of range. */
    public CacheConfig {
        new Rules()
                .reject(
                        bytes < MIN_BYTES || bytes > MAX_BYTES,
                        "cache.bytes: " + ByteSizes.text(bytes) + " (expected: " + ByteSizes.text(MIN_BYTES) + " to "
                                + ByteSizes.text(MAX_BYTES) + ")")
                .rejectOutside("cache.misses", misses, 0, MAX_MISSES)
                .rejectOutside("cache.reads_per_second", readsPerSecond, 1, MAX_READS)
                .rejectOutside("cache.reads_per_second_per_source", readsPerSecondPerSource, 1, MAX_READS)
                .verify();
    }

    /** What holds when nothing is said. */
    public static CacheConfig defaults() {
        return DEFAULTS;
    }
}
