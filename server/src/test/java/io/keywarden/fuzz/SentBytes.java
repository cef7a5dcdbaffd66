package io.keywarden.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Pattern;

/**
 * All that was sent, one character a byte.
 *
 * @param text as it came
 * @param unescaped with what percent signs stand for
 */
record SentBytes(String text, String unescaped) {
    private static final Pattern ESCAPE = Pattern.compile("%([0-9a-fA-F]{2})");

    static SentBytes of(byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        return new SentBytes(text, unescape(text));
    }

    /** What a text is where each percent sign stands for the byte behind it. */
    static String unescape(String text) {
        return ESCAPE.matcher(text).replaceAll(escape -> {
            char c = (char) Integer.parseInt(escape.group(1), 16);
            return c == '\\' || c == '$' ? "\\" + c : String.valueOf(c);
        });
    }

    /** Whether something is in it. */
    boolean contain(String part) {
        return text.contains(part) || unescaped.contains(part);
    }
}
