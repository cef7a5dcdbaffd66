package io.keywarden.token;

import java.util.Optional;

/**
 * An IP address in 128 bits. IPv4 is held as IPv4-mapped IPv6 ({@code ::ffff:a.b.c.d}), so both spellings of an address are
 * equal.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record IpAddress(long high, long low) {
    /** The longest text: six groups and a dotted end. */
    private static final int MAX_TEXT = 45;

    private static final int GROUPS = 8;
    private static final int GROUP_DIGITS = 4;
    private static final int OCTETS = 4;
    private static final int MAX_OCTET = 255;
    /** What stands before the last 32 bits where the address is IPv4. */
    private static final long MAPPED = 0xFFFFL << 32;

    private static final long IPV4_BITS = 0xFFFF_FFFFL;

    /**
     * Reads the text of an address, and nothing around it: no port, brackets, zone or space, no octets in octal or
     * hexadecimal, and no name, which would have to be looked up. IPv6 as RFC 4291 has it, a dotted end included.
     */
    public static Optional<IpAddress> parse(String text) {
        if (text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        if (text.indexOf(':') >= 0) {
            return parseIpv6(text);
        }
        long bits = dotted(text, 0);
        return bits < 0 ? Optional.empty() : Optional.of(new IpAddress(0, MAPPED | bits));
    }

    private static Optional<IpAddress> parseIpv6(String text) {
        int gap = text.indexOf("::");
        boolean dottedEnd = text.indexOf('.') >= 0;
        int left = GROUPS - groupsWritten(text, gap) - (dottedEnd ? 1 : 0);
        if (gap < 0 ? left != 0 : left < 1) {
            return Optional.empty();
        }
        long high = 0;
        long low = 0;
        int at = 0;
        for (int index = 0; index < GROUPS; ) {
            if (at == gap) {
                at += 2;
                index += left;
                continue;
            }
            int end = end(text, at);
            boolean dotted = dottedEnd && end == text.length();
            long bits = dotted ? dotted(text, at) : group(text, at, end);
            if (bits < 0) {
                return Optional.empty();
            }
            index += dotted ? 2 : 1;
            if (index <= GROUPS / 2) {
                high |= bits << ((GROUPS / 2 - index) * 16);
            } else {
                low |= bits << ((GROUPS - index) * 16);
            }
            at = end == gap ? end : end + 1;
        }
        return Optional.of(new IpAddress(high, low));
    }

    /** How many groups the colons separate, a dotted end counted once, and those that {@code ::} stands for left out. */
    private static int groupsWritten(String text, int gap) {
        int colons = 0;
        for (int i = 0; i < text.length(); i++) {
            colons += text.charAt(i) == ':' ? 1 : 0;
        }
        if (gap < 0) {
            return colons + 1;
        }
        return colons - (gap == 0 ? 1 : 0) - (gap == text.length() - 2 ? 1 : 0);
    }

    private static int end(String text, int from) {
        int colon = text.indexOf(':', from);
        return colon < 0 ? text.length() : colon;
    }

    /** One to four hexadecimal digits; negative for anything else. */
    private static long group(String text, int from, int to) {
        if (from >= to || to - from > GROUP_DIGITS) {
            return -1;
        }
        long bits = 0;
        for (int i = from; i < to; i++) {
            int digit = hexDigit(text.charAt(i));
            if (digit < 0) {
                return -1;
            }
            bits = (bits << 4) | digit;
        }
        return bits;
    }

    // Character.digit takes the digits of other scripts for digits too.
    private static int hexDigit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int letter = c | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    /** Four decimal octets without leading zeros, up to the end of the text; negative for anything else. */
    private static long dotted(String text, int from) {
        long bits = 0;
        int octets = 0;
        int octet = -1;
        for (int i = from; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            if (c == '.') {
                if (octet < 0) {
                    return -1;
                }
                octets++;
                bits = (bits << 8) | octet;
                octet = -1;
            } else if (c < '0' || c > '9' || octet == 0) {
                return -1;
            } else {
                octet = octet < 0 ? c - '0' : octet * 10 + c - '0';
                if (octet > MAX_OCTET) {
                    return -1;
                }
            }
        }
        return octets == OCTETS ? bits : -1;
    }

    /** Whether it is an IPv4 address, however it was written. */
    public boolean isIpv4() {
        return high == 0 && (low & ~IPV4_BITS) == MAPPED;
    }

    /** The address in network order: 4 bytes for IPv4, else 16. */
    public byte[] toBytes() {
        byte[] bytes = new byte[isIpv4() ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            bytes[i] = (byte) ((fromEnd < 8 ? low : high) >>> ((fromEnd % 8) * 8));
        }
        return bytes;
    }

    /** The one spelling of RFC 5952; IPv4 in its own, dotted. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(MAX_TEXT);
        if (isIpv4()) {
            return text.append((low >>> 24) & 0xFF)
                    .append('.')
                    .append((low >>> 16) & 0xFF)
                    .append('.')
                    .append((low >>> 8) & 0xFF)
                    .append('.')
                    .append(low & 0xFF)
                    .toString();
        }
        int gap = longestZeros();
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap) {
                text.append("::");
                i += zerosAt(gap) - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    /** Where the first of the longest runs of zeros begins; negative if none is of two groups at least. */
    private int longestZeros() {
        int longest = -1;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zerosAt(i);
            if (zeros > length) {
                longest = i;
                length = zeros;
            }
        }
        return longest;
    }

    private int zerosAt(int index) {
        int end = index;
        while (end < GROUPS && group(end) == 0) {
            end++;
        }
        return end - index;
    }

    private int group(int index) {
        long half = index < GROUPS / 2 ? high : low;
        return (int) (half >>> ((GROUPS / 2 - 1 - index % (GROUPS / 2)) * 16)) & 0xFFFF;
    }
}
