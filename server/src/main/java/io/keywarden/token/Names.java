package io.keywarden.token;

import java.util.regex.Pattern;

/** The forms of the names that people choose. */
public final class Names {
    /** What is said to somebody who chose another one. */
    public static final String LABEL_RULE = "1 to 63 characters of a-z, 0-9 and -, a letter or digit first and last";
    /** What is said to somebody who chose another prefix. */
    public static final String PREFIX_RULE = "1 to 16 characters of a-z and 0-9, a letter first";

    private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final int MAX_PREFIX = 16;

    private Names() {}

    /** Whether a text is a DNS label (RFC 1123), lower case: the form of tenant, catalog, module and operation ids. */
    public static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    /** Whether a text can be the beginning of a token's text. */
    public static boolean isTokenPrefix(String text) {
        boolean begun = !text.isEmpty() && text.length() <= MAX_PREFIX && isLetter(text.charAt(0));
        for (int i = 1; begun && i < text.length(); i++) {
            char c = text.charAt(i);
            begun = isLetter(c) || (c >= '0' && c <= '9');
        }
        return begun;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }
}
