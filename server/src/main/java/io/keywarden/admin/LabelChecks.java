package io.keywarden.admin;

import java.util.Map;
import java.util.regex.Pattern;

/** Checks the words that resources are found by. */
final class LabelChecks {
    private static final int MAX_LABELS = 64;
    private static final int MAX_VALUE = 63;
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_-]{0,62}");

    private LabelChecks() {}

    /** Notes labels that are too many, or not written as they must be. */
    static void check(FieldChecks checks, String field, Map<String, String> labels) {
        checks.require(labels.size() <= MAX_LABELS, field, "at most " + MAX_LABELS + " labels");
        boolean keys = labels.keySet().stream().allMatch(LabelChecks::isKey);
        checks.require(keys, field, "keys of 1 to 63 characters of a-z, 0-9, _ and -, a letter first");
        boolean values = labels.values().stream().allMatch(LabelChecks::isValue);
        checks.require(values, field, "values of at most " + MAX_VALUE + " characters");
    }

    /** Whether a text can be the key of a label. */
    static boolean isKey(String text) {
        return KEY.matcher(text).matches();
    }

    /** Whether a text can be the value of a label. */
    static boolean isValue(String text) {
        return text.codePointCount(0, text.length()) <= MAX_VALUE;
    }
}
