package io.keywarden.geo;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The codes of countries as small numbers, and the texts of these. */
final class CountryCode {
    /** No country. */
    static final short UNKNOWN = 0;

    private static final int LETTERS = 26;
    /** One text of each code that there can be, so that a look-up makes none. */
    private static final List<Optional<String>> TEXTS = IntStream.rangeClosed(0, LETTERS * LETTERS)
            .mapToObj(CountryCode::newText)
            .toList();

    private CountryCode() {}

    /** The number of a code that a database holds; {@link #UNKNOWN} for anything but two letters of ASCII. */
    static short of(@Nullable Object code) {
        if (!(code instanceof String text) || text.length() != 2) {
            return UNKNOWN;
        }
        int first = letter(text.charAt(0));
        int second = letter(text.charAt(1));
        return first < 0 || second < 0 ? UNKNOWN : (short) (1 + first * LETTERS + second);
    }

    /** The code in upper case; empty for {@link #UNKNOWN}. */
    static Optional<String> text(short number) {
        return TEXTS.get(number);
    }

    private static int letter(char c) {
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'z' ? lower - 'a' : -1;
    }

    private static Optional<String> newText(int number) {
        if (number == UNKNOWN) {
            return Optional.empty();
        }
        char first = (char) ('A' + (number - 1) / LETTERS);
        char second = (char) ('A' + (number - 1) % LETTERS);
        return Optional.of(new String(new char[] {first, second}));
    }
}
