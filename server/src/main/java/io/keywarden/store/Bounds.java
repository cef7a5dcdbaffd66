package io.keywarden.store;

import java.time.Duration;

/**
 * What all replicas and Admin promise together; one signed record in Redis holds it (see {@code StoreRecord}).
 *
 * @param lease for how long a replica may believe what it knows after its last proof: 100 ms to 60 s
 * @param longestKnown the longest {@code max_age} that a tenant's outage policy may have: 0 to 24 h
 * @param replicas how many replicas of a master have to confirm a write before it counts as durable: 0 to 8; without a
 *     meaning on a standalone Redis
 */
public record Bounds(Duration lease, Duration longestKnown, int replicas) {
    /** The shortest lease. */
    public static final Duration MIN_LEASE = Duration.ofMillis(100);
    /** The longest lease. */
    public static final Duration MAX_LEASE = Duration.ofSeconds(60);
    /** The longest that an outage policy may ever be allowed. */
    public static final Duration MAX_KNOWN = Duration.ofHours(24);
    /** The most replicas that can be asked for. */
    public static final int MAX_REPLICAS = 8;
    /** What holds where nobody said anything: 1 s, no outage policy, one replica. */
    public static final Bounds DEFAULT = new Bounds(Duration.ofSeconds(1), Duration.ZERO, 1);

    /** Rejects what is out of range. */
    public Bounds {
        require(lease, MIN_LEASE, MAX_LEASE, "lease");
        require(longestKnown, Duration.ZERO, MAX_KNOWN, "longest max_age");
        if (replicas < 0 || replicas > MAX_REPLICAS) {
            throw new IllegalArgumentException(replicas + " replicas (expected: 0 to " + MAX_REPLICAS + ")");
        }
    }

    private static void require(Duration value, Duration least, Duration most, String name) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
