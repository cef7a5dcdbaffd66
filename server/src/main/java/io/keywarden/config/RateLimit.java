package io.keywarden.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many requests each token of a priority may make in a second, through one Envoy.
 *
 * @param priority a word of a tenant's list
 * @param requestsPerSecond 1 to 1,000,000
 */
public record RateLimit(String priority, int requestsPerSecond) {
    private static final Pattern FORM = Pattern.compile("([a-z0-9][a-z0-9-]{0,62})=([0-9]{1,7})/s");
    private static final int HIGHEST = 1_000_000;

    /** Rejects what limits nothing, or everything. */
    public RateLimit {
        if (requestsPerSecond < 1 || requestsPerSecond > HIGHEST) {
            throw new IllegalArgumentException(
                    "'" + priority + "=" + requestsPerSecond + "/s' (expected: 1 to " + HIGHEST + " requests)");
        }
    }

    /**
     * Reads {@code low=50/s}.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static RateLimit parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' (expected: a priority and its requests in a second, such as low=50/s)");
        }
        return new RateLimit(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }
}
