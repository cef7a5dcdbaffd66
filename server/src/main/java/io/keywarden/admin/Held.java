package io.keywarden.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * An answer that may be held back.
 *
 * @param response the answer
 * @param until until when it is held back; empty for not at all
 * @param <R> of what kind
 */
record Held<R>(R response, Optional<Instant> until) {
    @Override
    public String toString() {
        // A response may hold a secret.
        return "Held[until=" + until + "]";
    }
}
