package io.keywarden.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Collects what a record's constructor has against its values, so that all of it is said at once. */
final class Rules {
    private final List<String> broken = new ArrayList<>();

    /**
     * Notes a broken rule.
     *
     * @param problem begins with the full key and a colon
     */
    Rules reject(boolean isBroken, String problem) {
        if (isBroken) {
            broken.add(problem);
        }
        return this;
    }

    /** Notes a duration that is shorter or longer than it may be. */
    Rules rejectOutside(String key, Duration value, Duration least, Duration most) {
        return reject(
                value.compareTo(least) < 0 || value.compareTo(most) > 0,
                key + ": " + Durations.text(value) + " (expected: " + Durations.text(least) + " to "
                        + Durations.text(most) + ")");
    }

    /** Notes a number that is less or more than it may be. */
    Rules rejectOutside(String key, int value, int least, int most) {
        return reject(value < least || value > most, key + ": " + value + " (expected: " + least + " to " + most + ")");
    }

    /** Throws an IllegalArgumentException with one line for each broken rule, if there is one. */
    void verify() {
        if (!broken.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", broken));
        }
    }
}
