package io.keywarden.token;

import java.nio.charset.StandardCharsets;

/**
 * Numbers written with the digits, then the upper-case, then the lower-case letters of ASCII, most significant first. A
 * double click selects all of such a text, and it needs no escaping anywhere.
 */
public final class Base62 {
    /** The 62 characters in the order of their values. */
    public static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** What each character is worth, and one more: 0 is none of them. */
    private static final byte[] VALUES = new byte[128];

    static {
        for (int i = 0; i < ALPHABET.length(); i++) {
            VALUES[ALPHABET.charAt(i)] = (byte) (i + 1);
        }
    }

    private static final int RADIX = 62;
    /** The largest power of the radix that fits into 31 bits, and how many characters a number below it takes. */
    private static final int CHUNK = RADIX * RADIX * RADIX * RADIX * RADIX;

    private static final int CHUNK_LENGTH = 5;

    /** How many characters {@link #pack} puts into one number, and in how many bits each. */
    public static final int PACKED_LENGTH = 10;

    private static final int PACKED_BITS = 6;

    private Base62() {}

    /**
     * Writes bytes, read as one unsigned big-endian number, with exactly {@code length} characters.
     *
     * @throws IllegalArgumentException if the number needs more characters
     */
    public static String encode(byte[] bytes, int length) {
        // By hand, since checks spell digests of credentials and uids: with BigInteger a uid took 0.7 us, a fifteenth
        // of a check.
        int[] rest = words(bytes);
        char[] text = new char[length];
        int over = 0;
        for (int end = length; end > 0; end -= CHUNK_LENGTH) {
            over |= write(divide(rest), text, Math.max(0, end - CHUNK_LENGTH), end);
        }
        for (int word : rest) {
            over |= word;
        }
        if (over != 0) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes (expected: what fits in " + length + " characters)");
        }
        return new String(text);
    }

    /** The number in words of 32 bits, the most significant first. */
    private static int[] words(byte[] bytes) {
        int[] words = new int[(bytes.length + Integer.BYTES - 1) / Integer.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            words[words.length - 1 - fromEnd / Integer.BYTES] |=
                    (bytes[i] & 0xFF) << (fromEnd % Integer.BYTES * Byte.SIZE);
        }
        return words;
    }

    /** Divides the number by the chunk, in place, and answers what remains. */
    private static long divide(int[] words) {
        long remainder = 0;
        for (int i = 0; i < words.length; i++) {
            long part = (remainder << Integer.SIZE) | (words[i] & 0xFFFF_FFFFL);
            words[i] = (int) (part / CHUNK);
            remainder = part % CHUNK;
        }
        return remainder;
    }

    /** Writes a number to before {@code end}, and answers what is left of it at {@code from}. */
    private static int write(long number, char[] text, int from, int end) {
        int rest = (int) number;
        for (int i = end - 1; i >= from; i--) {
            text[i] = ALPHABET.charAt(rest % RADIX);
            rest /= RADIX;
        }
        return rest;
    }

    /** Writes a non-negative number with exactly {@code length} characters; what does not fit is cut off on the left. */
    public static String encode(long number, int length) {
        char[] text = new char[length];
        long rest = number;
        for (int i = length - 1; i >= 0; i--) {
            text[i] = ALPHABET.charAt((int) Long.remainderUnsigned(rest, RADIX));
            rest = Long.divideUnsigned(rest, RADIX);
        }
        return new String(text);
    }

    /**
     * Puts characters into a number, up to 10 from {@code from} on and none from {@code to} on; 0 where there are none, and -1
     * where one is not in the alphabet. Two texts have the same numbers only if they are the same.
     */
    public static long pack(CharSequence text, int from, int to) {
        long packed = 0;
        for (int i = Math.min(to, from + PACKED_LENGTH) - 1; i >= from; i--) {
            char c = text.charAt(i);
            if (c >= VALUES.length || VALUES[c] == 0) {
                return -1;
            }
            packed = packed << PACKED_BITS | VALUES[c];
        }
        return packed;
    }

    /** The first characters of a number that has as many or more. */
    static long firstOf(long packed, int length) {
        return packed & ((1L << (length * PACKED_BITS)) - 1);
    }

    /** The text that was packed into numbers, from the first to the last. */
    public static String unpack(long... packed) {
        byte[] text = new byte[packed.length * PACKED_LENGTH];
        int length = 0;
        for (long part : packed) {
            for (long rest = part; rest != 0; rest >>>= PACKED_BITS) {
                text[length++] = (byte) ALPHABET.charAt((int) (rest & ((1 << PACKED_BITS) - 1)) - 1);
            }
        }
        return new String(text, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Whether all of {@code text} from {@code from} to before {@code to} is in the alphabet. */
    public static boolean isBase62(CharSequence text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= VALUES.length || VALUES[c] == 0) {
                return false;
            }
        }
        return true;
    }
}
