package io.keywarden.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {
    private static final int ROUNDS = 20_000;

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "10.0.0.1, 10.0.0.1",
        "::ffff:10.0.0.1, 10.0.0.1",
        "0:0:0:0:0:FFFF:0a00:0001, 10.0.0.1",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:0:0:0:0:0:0:0, ::",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
        "::1.2.3.4, ::102:304",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "fe80::00A1, fe80::a1",
        "::fffe:1.2.3.4, ::fffe:102:304",
        "1::ffff:1.2.3.4, 1::ffff:102:304"
    })
    void parse_addressInAnySpelling_hasOneText(String text, String canonical) {
        assertThat(IpAddress.parse(text)).map(IpAddress::toString).hasValue(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                ":",
                "1.2.3.04",
                "1.2.3.00",
                "01.2.3.4",
                "1.2.3",
                "1.2.3.",
                "1.2.3.4.",
                "1.2.3.4.5",
                ".1.2.3.4",
                "1..2.3",
                "1.2.3.256",
                "1.2.3.99999999999",
                "1.2.3.-4",
                "1.2.3.+4",
                "0x7f.1",
                "0x7f.0.0.1",
                "0177.0.0.1",
                "2130706433",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1.2.3.4\n",
                "1.2.3.4\0",
                "1.2.3.4:80",
                "1.2.3.4/32",
                "1.2.3.4,5.6.7.8",
                "1.2.3.a",
                "1.2.3.\u0664",
                "\uff11.2.3.4",
                "localhost",
                "example.com",
                "unknown",
                "::1%eth0",
                "fe80::1%1",
                "[::1]",
                "[::1]:80",
                "::1 ",
                ":::",
                "::::",
                "1:::2",
                "1::2::3",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                ":1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:8:",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7::8",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "::1:",
                ":1::",
                "12345::",
                "::00001",
                "::g",
                "::-1",
                "::\u0661",
                "::ffff:1.2.3.256",
                "::ffff:1.2.3",
                "::ffff:1.2.3.4.5",
                "::ffff:01.2.3.4",
                "::ffff:1.2.3.4:5",
                "::1.2.3.4::",
                "1.2.3.4::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:2:3:4:5::6:1.2.3.4:7",
                "1:2:3:4:5:6::1.2.3.4",
                "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"
            })
    void parse_whatIsNoPlainAddress_refused(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void parse_longestText_understood() {
        assertThat(IpAddress.parse("0000:0000:0000:0000:0000:ffff:255.255.255.255"))
                .map(IpAddress::toString)
                .hasValue("255.255.255.255");
    }

    @Test
    void parse_randomIpv4_sameBytesAsTheJdk() throws UnknownHostException {
        Random random = new Random(1);
        byte[] bytes = new byte[4];
        for (int round = 0; round < ROUNDS; round++) {
            random.nextBytes(bytes);
            String text = InetAddress.getByAddress(bytes).getHostAddress();

            IpAddress address = IpAddress.parse(text).orElseThrow();

            assertThat(address.toBytes()).as(text).isEqualTo(bytes);
            assertThat(address).hasToString(text);
            assertThat(IpAddress.parse("::ffff:" + text)).hasValue(address);
        }
    }

    @Test
    void parse_randomIpv6_sameBytesAsTheJdk() throws UnknownHostException {
        Random random = new Random(2);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = sparse(random);
            String text = random.nextBoolean() ? spelled(bytes, random) : shortened(bytes, random);

            IpAddress address = IpAddress.parse(text).orElseThrow(() -> new AssertionError(text));

            assertThat(Inet6Address.getByName(text).getAddress()).as(text).isEqualTo(address.toBytes());
            assertThat(IpAddress.parse(address.toString())).as(text).hasValue(address);
        }
    }

    @Test
    void parse_randomCharacters_neverThrowsAndNeverTakesWhatTheJdkRefuses() {
        Random random = new Random(3);
        String letters = "0123456789afAFg::::....%[]/ ";
        int taken = 0;
        for (int round = 0; round < 200_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length >= 0; length--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            if (IpAddress.parse(text.toString()).isPresent()) {
                taken++;
                assertThat(isTakenByTheJdk(text.toString())).as(text.toString()).isTrue();
            }
        }
        assertThat(taken).isPositive();
    }

    @Test
    void isIpv4_neighboursOfTheMappedBlock_areNot() {
        assertThat(IpAddress.parse("::fffe:ffff:ffff").orElseThrow().isIpv4()).isFalse();
        assertThat(IpAddress.parse("::1:0:0:0").orElseThrow().isIpv4()).isFalse();
        assertThat(IpAddress.parse("::1.2.3.4").orElseThrow().isIpv4()).isFalse();
        assertThat(IpAddress.parse("::ffff:0:0").orElseThrow().isIpv4()).isTrue();
    }

    /** Only texts with a colon, or four octets: for others the JDK would ask the network. */
    private static boolean isTakenByTheJdk(String text) {
        try {
            return (text.contains(":") || text.matches("[0-9.]+")) && InetAddress.getByName(text) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Sixteen bytes with runs of zeros, which is what the texts differ by. */
    private static byte[] sparse(Random random) {
        byte[] bytes = new byte[16];
        for (int group = 0; group < 8; group++) {
            if (random.nextInt(3) == 0) {
                bytes[2 * group] = (byte) random.nextInt(256);
            }
            if (random.nextBoolean()) {
                bytes[2 * group + 1] = (byte) random.nextInt(256);
            }
        }
        return bytes;
    }

    /** All eight groups, with and without leading zeros, in both cases, some with a dotted end. */
    private static String spelled(byte[] bytes, Random random) {
        boolean dotted = random.nextInt(3) == 0;
        StringJoiner text = new StringJoiner(":");
        for (int group = 0; group < (dotted ? 6 : 8); group++) {
            int value = ((bytes[2 * group] & 0xff) << 8) | (bytes[2 * group + 1] & 0xff);
            String digits = String.format(Locale.ROOT, random.nextBoolean() ? "%04x" : "%x", value);
            text.add(random.nextBoolean() ? digits.toUpperCase(Locale.ROOT) : digits);
        }
        if (dotted) {
            text.add((bytes[12] & 0xff) + "." + (bytes[13] & 0xff) + "." + (bytes[14] & 0xff) + "."
                    + (bytes[15] & 0xff));
        }
        return text.toString();
    }

    /** With one of the runs of zeros left out, be it the longest or not. */
    private static String shortened(byte[] bytes, Random random) {
        String[] groups = spelled(bytes, random).split(":", -1);
        int from = random.nextInt(groups.length);
        int to = from;
        while (to < groups.length && groups[to].matches("0+")) {
            to++;
        }
        if (to == from) {
            return String.join(":", groups);
        }
        return String.join(":", Arrays.copyOfRange(groups, 0, from))
                + "::"
                + String.join(":", Arrays.copyOfRange(groups, to, groups.length));
    }
}
