package io.keywarden.token;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a token works.
 *
 * @param created when it was made
 * @param notBefore before this moment it does not work
 * @param expires from this moment on it does not work
 * @param shadowUntil until this moment its refusals for want of a right are let pass
 */
public record TokenTimes(
        Instant created, Optional<Instant> notBefore, Optional<Instant> expires, Optional<Instant> shadowUntil) {
    /** When it ends, where a tenant's tokens live so long at most; empty where it does not. */
    public Optional<Instant> end(Optional<Duration> maxLifetime) {
        if (maxLifetime.isEmpty()) {
            return expires;
        }
        Instant longest = created.plus(maxLifetime.get());
        return expires.isPresent() && expires.get().isBefore(longest) ? expires : Optional.of(longest);
    }

    /** Works from the moment at which it was made, without an end. */
    public static TokenTimes from(Instant created) {
        return new TokenTimes(created, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
