package io.keywarden.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpRangesTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3/32",
        "10.0.0.0/8, 10.0.0.0/8",
        "0.0.0.0/0, 0.0.0.0/0",
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "::ffff:0:0/96, 0.0.0.0/0",
        "::ffff:10.1.2.3, 10.1.2.3/32",
        "2001:DB8::/32, 2001:db8::/32",
        "2001:db8::1, 2001:db8::1/128",
        "::/0, ::/0",
        "8000::/1, 8000::/1",
        "2001:db8:0:1::/64, 2001:db8:0:1::/64",
        "2001:db8:0:1:8000::/65, 2001:db8:0:1:8000::/65"
    })
    void canonical_addressOrBlock_hasOneSpelling(String text, String canonical) {
        assertThat(IpRanges.canonical(text)).hasValue(canonical);
        assertThat(IpRanges.of(List.of(text))).isEqualTo(IpRanges.of(List.of(canonical)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/128",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/08",
                "10.0.0.0/8 ",
                "10.0.0.0 /8",
                "10.0.0.0/8/8",
                "10.0.0.0/255.0.0.0",
                "10.0.0.0/4294967304",
                "10.0.0.0/\u0668",
                "10.0.0/8",
                "10.*",
                "10.0.0.1-10.0.0.9",
                "10.0.0.1/8",
                "10.0.0.128/24",
                "0.0.0.1/0",
                "2001:db8::/129",
                "2001:db8::/999",
                "2001:db8::1/64",
                "2001:db8:0:1::/63",
                "::1/0",
                "::1/127",
                "::ffff:10.0.0.0/8",
                "::ffff:0:0/95",
                "[2001:db8::]/32",
                "fe80::1%eth0/64",
                "::/",
                "::/x",
                "example.com/24"
            })
    void canonical_whatIsNoBlock_refused(String text) {
        assertThat(IpRanges.canonical(text)).isEmpty();
        assertThatThrownBy(() -> IpRanges.of(List.of("10.0.0.0/8", text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' (expected: ");
    }

    @Test
    void of_moreThanMax_refused() {
        List<String> most = Collections.nCopies(IpRanges.MAX, "10.0.0.0/8");
        List<String> tooMany = Collections.nCopies(IpRanges.MAX + 1, "10.0.0.0/8");

        assertThat(IpRanges.of(most).contains(address("10.0.0.1"))).isTrue();
        assertThatThrownBy(() -> IpRanges.of(tooMany))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1001 entries (expected: at most 1000)");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 9.255.255.255, false",
        "10.0.0.0/8, 10.0.0.0, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
        "10.0.0.0/8, ::10.1.2.3, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "200.0.0.0/5, 207.255.255.255, true",
        "255.255.255.255, 255.255.255.255, true",
        "2001:db8::/33, 2001:db8:7fff:ffff:ffff:ffff:ffff:ffff, true",
        "2001:db8::/33, 2001:db8:8000::, false",
        "2001:db8::/64, 2001:db8::ffff:ffff:ffff:ffff, true",
        "2001:db8::/64, 2001:db8:0:1::, false",
        "::/0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "::/0, ::, true"
    })
    void contains_edgesOfOneBlock_asWritten(String block, String address, boolean expected) {
        assertThat(IpRanges.of(List.of(block)).contains(address(address))).isEqualTo(expected);
    }

    @Test
    void contains_ipv4InBlockOfIpv6_notIn() {
        IpRanges ranges = IpRanges.of(List.of("::/0", "2001:db8::/32", "10.0.0.0/8"));

        assertThat(ranges.contains(address("192.0.2.1"))).isFalse();
        assertThat(ranges.contains(address("::ffff:192.0.2.1"))).isFalse();
        assertThat(ranges.contains(address("10.0.0.1"))).isTrue();
        assertThat(ranges.contains(address("2001:db8::1"))).isTrue();
        assertThat(ranges.contains(address("2001:db9::1"))).isTrue();
    }

    @Test
    void contains_randomLists_asTheNaiveModelSays() {
        Random random = new Random(4);
        int inside = 0;
        for (int round = 0; round < 2_000; round++) {
            List<String> blocks = randomBlocks(random, 1 + random.nextInt(12));
            IpRanges ranges = IpRanges.of(blocks);
            for (String probe : probes(blocks, random)) {
                boolean expected =
                        blocks.stream().anyMatch(block -> NaiveBlock.of(block).contains(probe));
                inside += expected ? 1 : 0;

                assertThat(ranges.contains(address(probe)))
                        .as("%s in %s", probe, blocks)
                        .isEqualTo(expected);
            }
        }
        assertThat(inside).isGreaterThan(2_000);
    }

    @Test
    void equals_sameAddressesInOtherBlocksAndOrder_equal() {
        IpRanges whole = IpRanges.of(List.of("10.0.0.0/8", "2001:db8::/32"));
        IpRanges halves = IpRanges.of(List.of(
                "2001:db8:8000::/33", "10.128.0.0/9", "10.0.0.0/9", "2001:db8::/33", "10.1.0.0/16", "2001:db8::1"));

        assertThat(halves).isEqualTo(whole).hasSameHashCodeAs(whole);
        assertThat(IpRanges.of(List.of("10.0.0.0/9"))).isNotEqualTo(IpRanges.of(List.of("10.0.0.0/8")));
        assertThat(IpRanges.of(List.of("2001:db8::/33"))).isNotEqualTo(IpRanges.of(List.of("2001:db8::/32")));
    }

    @Test
    void of_halvesAcrossTheMiddleOfAnIpv6Address_oneRange() {
        IpRanges halves = IpRanges.of(List.of("2001:db8:0:1::/64", "2001:db8::/64"));

        assertThat(halves).isEqualTo(IpRanges.of(List.of("2001:db8::/63")));
    }

    @Test
    void isEmpty_onlyWithoutEntries() {
        assertThat(IpRanges.of(List.of())).isSameAs(IpRanges.EMPTY);
        assertThat(IpRanges.EMPTY.isEmpty()).isTrue();
        assertThat(IpRanges.EMPTY.contains(address("10.0.0.1"))).isFalse();
        assertThat(IpRanges.EMPTY.contains(address("::1"))).isFalse();
        assertThat(IpRanges.of(List.of("10.0.0.1")).isEmpty()).isFalse();
        assertThat(IpRanges.of(List.of("::1")).isEmpty()).isFalse();
    }

    @Test
    void weight_mostIpv4Entries_eightBytesEach() {
        List<String> apart = new ArrayList<>();
        for (int i = 0; i < IpRanges.MAX; i++) {
            apart.add("10." + i / 256 + "." + i % 256 + ".0/25");
        }

        assertThat(IpRanges.of(apart).weight()).isBetween(8_000, 8_100);
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    /** Blocks in a small part of the space, so that many hold and touch each other. */
    private static List<String> randomBlocks(Random random, int count) {
        List<String> blocks = new ArrayList<>();
        while (blocks.size() < count) {
            boolean ipv4 = random.nextBoolean();
            String address = ipv4 ? randomIpv4(random) : randomIpv6(random);
            int prefix = ipv4 ? 32 - random.nextInt(13) : 128 - random.nextInt(80);
            NaiveBlock.of(address + "/" + prefix)
                    .masked()
                    .filter(text -> IpRanges.canonical(text).isPresent())
                    .ifPresent(blocks::add);
        }
        return blocks;
    }

    private static List<String> probes(List<String> blocks, Random random) {
        List<String> probes = new ArrayList<>();
        for (String block : blocks) {
            probes.addAll(NaiveBlock.of(block).edges());
        }
        probes.add(randomIpv4(random));
        probes.add(randomIpv6(random));
        return probes;
    }

    private static String randomIpv4(Random random) {
        String first = random.nextInt(4) == 0 ? "203.0." : "10.0.";
        return first + random.nextInt(8) + "." + random.nextInt(256);
    }

    private static String randomIpv6(Random random) {
        return "2001:db8:0:" + Integer.toHexString(random.nextInt(4)) + ":"
                + Integer.toHexString(random.nextInt(4) << 14) + "::" + Integer.toHexString(random.nextInt(16));
    }

    /**
     * A block as a number and how many of its bits count, with the JDK's reading of addresses.
     *
     * @param address the address as a number
     * @param bits 32 or 128
     * @param prefix how many of them count
     */
    private record NaiveBlock(BigInteger address, int bits, int prefix) {
        static NaiveBlock of(String text) {
            String[] parts = text.split("/", -1);
            byte[] bytes = bytes(parts[0]);
            int prefix = parts.length == 1 ? bytes.length * 8 : Integer.parseInt(parts[1]);
            return new NaiveBlock(new BigInteger(1, bytes), bytes.length * 8, prefix);
        }

        boolean contains(String other) {
            byte[] bytes = bytes(other);
            return bytes.length * 8 == bits
                    && new BigInteger(1, bytes).shiftRight(bits - prefix).equals(address.shiftRight(bits - prefix));
        }

        Optional<String> masked() {
            BigInteger first = address.shiftRight(bits - prefix).shiftLeft(bits - prefix);
            return Optional.of(text(first) + "/" + prefix);
        }

        /** The first and the last address of the block, and their neighbours outside of it. */
        List<String> edges() {
            BigInteger size = BigInteger.ONE.shiftLeft(bits - prefix);
            return List.of(
                    text(address.subtract(BigInteger.ONE)),
                    text(address),
                    text(address.add(size).subtract(BigInteger.ONE)),
                    text(address.add(size)));
        }

        private String text(BigInteger number) {
            byte[] bytes = new byte[bits / 8];
            byte[] digits = number.toByteArray();
            int length = Math.min(digits.length, bytes.length);
            System.arraycopy(digits, digits.length - length, bytes, bytes.length - length, length);
            try {
                return InetAddress.getByAddress(bytes).getHostAddress();
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }

        private static byte[] bytes(String text) {
            try {
                return InetAddress.getByName(text).getAddress();
            } catch (UnknownHostException e) {
                throw new AssertionError(text, e);
            }
        }
    }
}
