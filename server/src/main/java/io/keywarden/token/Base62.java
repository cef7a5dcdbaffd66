package io.keywarden.token;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Numbers written with the digits, then the upper-case, then the lower-case letters of ASCII, most significant first. A
 * double click selects all of such a text, and it needs no escaping anywhere.
 */
public final class Base62 {
    /** The 62 characters in the order of their values. */
    public static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static final boolean[] KNOWN = new boolean[128];

    static {
        ALPHABET.chars().forEach(c -> KNOWN[c] = true);
    }

    private static final BigInteger RADIX = BigInteger.valueOf(62);

    private Base62() {}

    /**
     * Writes bytes, read as one unsigned big-endian number, with exactly {@code length} characters.
     *
     * @throws IllegalArgumentException if the number needs more characters
     */
    public static String encode(byte[] bytes, int length) {
        char[] text = new char[length];
        Arrays.fill(text, '0');
        BigInteger rest = new BigInteger(1, bytes);
        for (int i = length - 1; i >= 0 && rest.signum() > 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(RADIX);
            text[i] = ALPHABET.charAt(parts[1].intValue());
            rest = parts[0];
        }
        if (rest.signum() > 0) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes (expected: what fits in " + length + " characters)");
        }
        return new String(text);
    }

    /** Writes a non-negative number with exactly {@code length} characters; what does not fit is cut off on the left. */
    public static String encode(long number, int length) {
        char[] text = new char[length];
        long rest = number;
        for (int i = length - 1; i >= 0; i--) {
            text[i] = ALPHABET.charAt((int) Long.remainderUnsigned(rest, 62));
            rest = Long.divideUnsigned(rest, 62);
        }
        return new String(text);
    }

    /** Whether all of {@code text} from {@code from} to before {@code to} is in the alphabet. */
    public static boolean isBase62(CharSequence text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= KNOWN.length || !KNOWN[c]) {
                return false;
            }
        }
        return true;
    }
}
