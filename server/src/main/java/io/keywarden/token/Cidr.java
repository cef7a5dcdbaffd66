package io.keywarden.token;

import java.util.Optional;

/**
 * A block of addresses that begin with the same bits. A block of IPv6 addresses holds no IPv4 address, {@code ::/0} neither:
 * who opens all of IPv6 has not opened IPv4.
 *
 * @param first the first address of the block
 * @param prefix how many of the 128 bits are the same; for IPv4, 96 more than the text says
 */
record Cidr(IpAddress first, int prefix) {
    private static final int BITS = 128;
    private static final int IPV4_PREFIX = 96;
    private static final int MAX_PREFIX_DIGITS = 3;

    /**
     * Reads {@code ADDRESS} or {@code ADDRESS/PREFIX}. Bits of the address behind the prefix have to be zero: they are
     * nearly always a mistake in one of the two.
     */
    static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return IpAddress.parse(text).map(address -> new Cidr(address, BITS));
        }
        String address = text.substring(0, slash);
        // Which of the two ways it is written, and not what it is, tells what the prefix counts.
        int before = address.indexOf(':') < 0 ? IPV4_PREFIX : 0;
        int prefix = before + number(text, slash + 1);
        if (prefix < 0 || prefix > BITS) {
            return Optional.empty();
        }
        return IpAddress.parse(address).map(first -> new Cidr(first, prefix)).filter(Cidr::hasNothingBehindPrefix);
    }

    /** A decimal number without leading zeros up to the end of the text; so negative for anything else that no sum hides it. */
    private static int number(String text, int from) {
        int digits = text.length() - from;
        boolean leadingZero = digits > 1 && text.charAt(from) == '0';
        if (digits < 1 || digits > MAX_PREFIX_DIGITS || leadingZero) {
            return Integer.MIN_VALUE;
        }
        int number = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return Integer.MIN_VALUE;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }

    private boolean hasNothingBehindPrefix() {
        return (first.high() & behindHigh()) == 0 && (first.low() & behindLow()) == 0;
    }

    /** The last address of the block. */
    IpAddress last() {
        return new IpAddress(first.high() | behindHigh(), first.low() | behindLow());
    }

    /** Whether it is a block of IPv4 addresses. */
    boolean isIpv4() {
        return prefix >= IPV4_PREFIX && first.isIpv4();
    }

    // Java shifts a long by no more than 63.
    private long behindHigh() {
        return prefix >= 64 ? 0 : -1L >>> prefix;
    }

    private long behindLow() {
        if (prefix <= 64) {
            return -1L;
        }
        return prefix == BITS ? 0 : -1L >>> (prefix - 64);
    }

    /** The one spelling: the address in its own, and always a prefix. */
    @Override
    public String toString() {
        return first + "/" + (isIpv4() ? prefix - IPV4_PREFIX : prefix);
    }
}
