package io.keywarden.token;

import java.time.Duration;

/**
 * What a tenant wants while a replica cannot prove that what it knows is current.
 *
 * @param maxAge for how long after the last proof's lease has ended decisions go on from what was known then
 *     (SERVE_KNOWN); zero for not at all (ERROR)
 */
public record OutagePolicy(Duration maxAge) {
    /** Nothing is decided on what may be old. */
    public static final OutagePolicy ERROR = new OutagePolicy(Duration.ZERO);

    /** Rejects a negative age. */
    public OutagePolicy {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("max_age " + maxAge + " (expected: zero or more)");
        }
    }
}
