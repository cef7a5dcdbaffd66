package io.keywarden.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A set of addresses, made of CIDR blocks. What overlaps or touches is one range, so two lists that mean the same addresses are
 * equal. Looking an address up takes the logarithm of the number of ranges, and makes no garbage.
 */
public final class IpRanges {
    /** How many blocks a list may hold. */
    public static final int MAX = 1_000;
    /** What is said to somebody who wrote another block. */
    public static final String RULE =
            "an IPv4 or IPv6 address, or one with /PREFIX whose bits behind the prefix are zero, such as 10.0.0.0/8";
    /** No address at all. */
    public static final IpRanges EMPTY = new IpRanges(new long[0], new long[0]);

    private static final long IPV4_BITS = 0xFFFF_FFFFL;
    /** How many longs an IPv6 range takes: both halves of its first, and of its last address. */
    private static final int STRIDE = 4;

    private static final Comparator<IpAddress> ORDER = (a, b) -> compare(a.high(), a.low(), b.high(), b.low());

    /** Ascending as unsigned numbers: the first address of a range in the upper 32 bits, the last one in the lower. */
    private final long[] ipv4;
    /** Ascending as unsigned numbers. */
    private final long[] ipv6;

    private IpRanges(long[] ipv4, long[] ipv6) {
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
    }

    /**
     * Compiles a list of addresses and blocks.
     *
     * @throws IllegalArgumentException if an entry is none, or there are more than {@link #MAX}
     */
    public static IpRanges of(List<String> cidrs) {
        if (cidrs.isEmpty()) {
            return EMPTY;
        }
        if (cidrs.size() > MAX) {
            throw new IllegalArgumentException(cidrs.size() + " entries (expected: at most " + MAX + ")");
        }
        List<Cidr> blocks = cidrs.stream().map(IpRanges::block).toList();
        return new IpRanges(
                mergedIpv4(blocks.stream().filter(Cidr::isIpv4).toList()),
                mergedIpv6(blocks.stream().filter(block -> !block.isIpv4()).toList()));
    }

    /** The one spelling of an address or a block, with a prefix always. Empty for what is none. */
    public static Optional<String> canonical(String cidr) {
        return Cidr.parse(cidr).map(Cidr::toString);
    }

    private static Cidr block(String text) {
        return Cidr.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' (expected: " + RULE + ")"));
    }

    private static long[] mergedIpv4(List<Cidr> blocks) {
        long[] ranges = blocks.stream()
                .mapToLong(block -> (block.first().low() << 32) | (block.last().low() & IPV4_BITS))
                // Sorting is signed: with the highest bit turned round it is unsigned too.
                .map(range -> range ^ Long.MIN_VALUE)
                .sorted()
                .map(range -> range ^ Long.MIN_VALUE)
                .toArray();
        int merged = 0;
        for (long range : ranges) {
            if (merged > 0 && range >>> 32 <= last(ranges[merged - 1]) + 1) {
                long before = ranges[merged - 1];
                ranges[merged - 1] = (before & ~IPV4_BITS) | Math.max(last(before), last(range));
            } else {
                ranges[merged++] = range;
            }
        }
        return Arrays.copyOf(ranges, merged);
    }

    private static long last(long range) {
        return range & IPV4_BITS;
    }

    private static long[] mergedIpv6(List<Cidr> blocks) {
        List<Cidr> sorted =
                blocks.stream().sorted(Comparator.comparing(Cidr::first, ORDER)).toList();
        List<IpAddress> bounds = new ArrayList<>();
        for (Cidr block : sorted) {
            int end = bounds.size() - 1;
            if (end > 0 && touches(bounds.get(end), block.first())) {
                IpAddress last = block.last();
                bounds.set(end, ORDER.compare(last, bounds.get(end)) > 0 ? last : bounds.get(end));
            } else {
                bounds.add(block.first());
                bounds.add(block.last());
            }
        }
        return bounds.stream()
                .flatMapToLong(bound -> LongStream.of(bound.high(), bound.low()))
                .toArray();
    }

    /** Whether a range that begins there goes on where another one ends, or before. */
    private static boolean touches(IpAddress last, IpAddress first) {
        long low = last.low() + 1;
        IpAddress next = new IpAddress(low == 0 ? last.high() + 1 : last.high(), low);
        boolean wrapped = next.high() == 0 && next.low() == 0;
        return wrapped || ORDER.compare(first, next) <= 0;
    }

    /** Whether an address is in one of the blocks. */
    public boolean contains(IpAddress address) {
        return address.isIpv4() ? containsIpv4(address.low() & IPV4_BITS) : containsIpv6(address);
    }

    private boolean containsIpv4(long address) {
        // The last range that begins at the address, or before it.
        long latest = (address << 32) | IPV4_BITS;
        int from = 0;
        int to = ipv4.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (Long.compareUnsigned(ipv4[middle], latest) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from > 0 && address <= last(ipv4[from - 1]);
    }

    private boolean containsIpv6(IpAddress address) {
        int from = 0;
        int to = ipv6.length / STRIDE;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (compare(ipv6[middle * STRIDE], ipv6[middle * STRIDE + 1], address.high(), address.low()) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        int last = from * STRIDE - 2;
        return from > 0 && compare(address.high(), address.low(), ipv6[last], ipv6[last + 1]) <= 0;
    }

    private static int compare(long highA, long lowA, long highB, long lowB) {
        int byHigh = Long.compareUnsigned(highA, highB);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(lowA, lowB);
    }

    /** Whether it holds no address. */
    public boolean isEmpty() {
        return ipv4.length == 0 && ipv6.length == 0;
    }

    /** How much memory it takes, in bytes, by estimate; {@link #EMPTY} is there once. */
    public int weight() {
        return isEmpty() ? 0 : 64 + Long.BYTES * (ipv4.length + ipv6.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpRanges that && Arrays.equals(ipv4, that.ipv4) && Arrays.equals(ipv6, that.ipv6);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ipv4) + Arrays.hashCode(ipv6);
    }

    /** How many ranges there are, not which: they are a customer's. */
    @Override
    public String toString() {
        return "IpRanges[ipv4=" + ipv4.length + ", ipv6=" + ipv6.length / STRIDE + "]";
    }
}
