package io.keywarden.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How amounts of memory are written: a whole number and a unit, such as {@code 512KiB}, {@code 256MiB}, {@code 2GiB}. */
final class ByteSizes {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,7})([KMG]iB)");
    private static final Map<String, Long> UNITS = Map.of("KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    private ByteSizes() {}

    /**
     * Reads an amount, as bytes.
     *
     * @throws IllegalArgumentException if it is not one
     */
    static long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' (expected: a number with its unit, such as 512KiB, 256MiB, 2GiB)");
        }
        return Long.parseLong(matcher.group(1)) * UNITS.getOrDefault(matcher.group(2), 1L);
    }

    /** Writes an amount in the largest unit that fits it, down to the KiB. */
    static String text(long bytes) {
        if (bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "GiB";
        }
        return bytes % (1L << 20) == 0 ? (bytes >> 20) + "MiB" : (bytes >> 10) + "KiB";
    }
}
