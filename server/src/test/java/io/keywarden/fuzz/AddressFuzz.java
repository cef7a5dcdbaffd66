package io.keywarden.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keywarden.token.IpAddress;
import io.keywarden.token.IpRanges;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Addresses and blocks of them, a text a line: read as the JDK reads them, and found as a search through all of them finds. */
class AddressFuzz {
    private static final BigInteger ONE = BigInteger.ONE;

    static Stream<byte[]> seeds() {
        return Seeds.of(
                "10.0.0.0/8\n10.1.2.3\n11.0.0.0\n9.255.255.255\n::ffff:10.1.2.3\n::10.1.2.3",
                "10.0.0.0/8\n11.0.0.1\n10.0.0.0/16",
                "::/0\n8000::/1",
                "::ffff:10.0.0.0/104\n10.255.255.255\n::ffff:b00:0",
                "0.0.0.0/0\n255.255.255.255\n::1\n::ffff:0:0/96",
                "::/0\n127.0.0.1\nffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db8::/33\n2001:db8:8000::/33\n2001:db8:7fff::\n2001:db9::",
                "10.0.0.0/9\n10.128.0.0/9\n10.0.0.0/8\n10.127.255.255\n10.128.0.0",
                "2001:db8::1\n2001:db8::2/127\n2001:db8::3\n2001:db8::4",
                "200.0.0.0/5\n64.0.0.0/2\n255.255.255.255/32\n207.255.255.255",
                "8000::/1\n7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\nffff::/16",
                "64:ff9b::192.0.2.33\n1:2:3:4:5:6:7::\n::2:3:4:5:6:7:8\n1:2:3:4:5:6:1.2.3.4",
                "2001:DB8:0:0:1:0:0:1\nFE80::00A1\n::",
                "1.2.3.04\n01.2.3.4\n1.2.3\n1.2.3.256\n0x7f.0.0.1\n2130706433\n0177.0.0.1",
                "1.2.3.4:80\n[::1]\n::1%eth0\nfe80::1%1\nlocalhost\nexample.com\nunknown\n1.2.3.4,5.6.7.8",
                "10.0.0.1/8\n10.0.0.0/33\n10.0.0.0/08\n::/129\n::1/127\n::ffff:10.0.0.0/8\n10.0.0.0/-1\n10.0.0.0/",
                ":::\n1:::2\n1::2::3\n:1:2:3:4:5:6:7\n1:2:3:4:5:6:7:8:9\n::1.2.3.4::\n1:2:3:4:5:6:7:1.2.3.4",
                "1.2.3.\u0664\n\uff11.2.3.4\n10.0.0.0/\u0668");
    }

    @MethodSource("seeds")
    @FuzzTest
    void contains_anyLines_asTheModelSays(byte[] input) {
        List<IpAddress> addresses = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        for (String line : new String(input, UTF_8).split("\n", IpRanges.MAX)) {
            IpAddress.parse(line).ifPresent(addresses::add);
            assertAddress(line);
            block(line).ifPresent(blocks::add);
        }
        IpRanges ranges = IpRanges.of(blocks.stream().map(Block::text).toList());
        blocks.forEach(block -> addresses.addAll(block.edges()));
        for (IpAddress address : addresses) {
            boolean expected = blocks.stream().anyMatch(block -> block.contains(address));
            assertThat(ranges.contains(address)).as("%s in %s", address, blocks).isEqualTo(expected);
        }
    }

    private static void assertAddress(String text) {
        Optional<IpAddress> address = IpAddress.parse(text);
        boolean colon = text.contains(":");
        if (address.isPresent()) {
            assertThat(IpAddress.parse(address.get().toString())).isEqualTo(address);
            // Else the JDK would ask the network.
            assertThat(text).matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*|[0-9]+(\\.[0-9]+){3}");
            assertThat(jdk(colon ? "[" + text + "]" : text))
                    .as("%s", text)
                    .isEqualTo(Optional.of(number(address.get())));
            assertThat(IpRanges.canonical(text)).isPresent();
        } else if (text.matches("[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4})+")) {
            assertThat(jdk("[" + text + "]")).as("%s", text).isEmpty();
        } else {
            assertThat(text).doesNotMatch("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
        }
    }

    /** Of an address, or of what stands in brackets: neither is ever looked up. */
    private static Optional<BigInteger> jdk(String literal) {
        try {
            byte[] bytes = InetAddress.getByName(literal).getAddress();
            BigInteger number = new BigInteger(1, bytes);
            return Optional.of(bytes.length == 4 ? number.add(Block.MAPPED) : number);
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static BigInteger number(IpAddress address) {
        return unsigned(address.high()).shiftLeft(64).add(unsigned(address.low()));
    }

    private static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }

    private static Optional<Block> block(String line) {
        Optional<String> canonical = IpRanges.canonical(line);
        canonical.ifPresent(text -> assertThat(IpRanges.canonical(text)).isEqualTo(canonical));
        return canonical.map(text -> Block.of(line, text));
    }

    /**
     * A block of addresses, as numbers.
     *
     * @param text as somebody wrote it
     * @param ipv4 whether it holds IPv4 addresses, and no others; else it holds none of them
     */
    private record Block(String text, BigInteger first, BigInteger last, boolean ipv4) {
        private static final BigInteger MAPPED = BigInteger.valueOf(0xFFFF).shiftLeft(32);

        private static Block of(String text, String canonical) {
            String[] parts = canonical.split("/", -1);
            boolean ipv4 = parts[0].contains(".");
            int behind = (ipv4 ? 32 : 128) - Integer.parseInt(parts[1]);
            BigInteger first = number(IpAddress.parse(parts[0]).orElseThrow());
            BigInteger size = ONE.shiftLeft(behind);
            assertThat(first.mod(size)).as("%s", canonical).isZero();
            return new Block(text, first, first.add(size).subtract(ONE), ipv4);
        }

        private boolean contains(IpAddress address) {
            BigInteger number = number(address);
            return ipv4 == address.isIpv4() && number.compareTo(first) >= 0 && number.compareTo(last) <= 0;
        }

        /** Its first and its last address, and their neighbours. */
        private List<IpAddress> edges() {
            return Stream.of(first, last, first.subtract(ONE), last.add(ONE))
                    .filter(number -> number.signum() >= 0 && number.bitLength() <= 128)
                    .map(number -> new IpAddress(number.shiftRight(64).longValue(), number.longValue()))
                    .toList();
        }
    }
}
