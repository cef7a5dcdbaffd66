package io.keywarden.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How durations are written: a whole number and a unit, such as {@code 150ms}, {@code 1s}, {@code 15m}, {@code 24h}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms",
            Duration.ofMillis(1),
            "s",
            Duration.ofSeconds(1),
            "m",
            Duration.ofMinutes(1),
            "h",
            Duration.ofHours(1));

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' (expected: a number with its unit, such as 150ms, 1s, 15m)");
        }
        Duration unit = UNITS.get(matcher.group(2));
        if (unit == null) {
            throw new IllegalStateException(matcher.group(2) + " (expected: a unit of the pattern)");
        }
        return unit.multipliedBy(Long.parseLong(matcher.group(1)));
    }

    /** Writes a duration in the largest unit that fits it, down to the millisecond. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0 || millis % 1_000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1_000;
        if (seconds % 60 != 0) {
            return seconds + "s";
        }
        return seconds % 3_600 != 0 ? seconds / 60 + "m" : seconds / 3_600 + "h";
    }
}
