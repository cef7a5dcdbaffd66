package io.keywarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalHostTest {
    @ParameterizedTest
    @CsvSource({
        "api.example, api.example",
        "API.Example, api.example",
        "ITALIA.example, italia.example",
        "api.example:8080, api.example",
        "api.example., api.example",
        "api.example.:443, api.example",
        "127.0.0.1:10000, 127.0.0.1",
        "[::1]:80, [::1]",
        "[2001:DB8::1], [2001:db8::1]",
        "[::ffff:10.0.0.1], [::ffff:10.0.0.1]",
        "orders_api, orders_api",
        "localhost, localhost"
    })
    void parse_host_isCanonical(String authority, String host) {
        assertThat(CanonicalHost.parse(authority)).contains(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "..", "a..b", ".a", "a..", "a.example,b", "a.example:8080,b", "user@a.example", "a b", " a",
                        "a:",
                "a:x", "a:123456", "a:1:2", "::1", "[::1", "[]", "[::1]x", "[::1].", "[fe80::1%25eth0]", "-a", "a-",
                        "a/b",
                "a?b", "a#b", "a%2eb", "\u212aey.example", "caf\u00e9.example", "a\u0000"
            })
    void parse_other_isNoHost(String authority) {
        assertThat(CanonicalHost.parse(authority)).isEmpty();
    }

    @Test
    void parse_everyCharacter_isTakenWhereOneMayStand() {
        String inside = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
        for (int c = 0; c < 256; c++) {
            String one = String.valueOf((char) c);
            assertThat(CanonicalHost.parse(one).isPresent()).as("%d alone", c).isEqualTo(inside.contains(one));
            assertThat(CanonicalHost.parse("a" + one + "b").isPresent())
                    .as("%d inside", c)
                    .isEqualTo((inside + "-.").contains(one));
            assertThat(CanonicalHost.parse("a" + one).isPresent())
                    .as("%d at the end", c)
                    .isEqualTo((inside + ".").contains(one));
            assertThat(CanonicalHost.parse("a:" + one).isPresent())
                    .as("%d as a port", c)
                    .isEqualTo(c >= '0' && c <= '9');
        }
    }

    @Test
    void parse_longestHostWithDotAndPort_isTaken() {
        String longest = "a.".repeat(126) + "a";
        assertThat(longest).hasSize(253);
        assertThat(CanonicalHost.parse(longest.toUpperCase(Locale.ROOT) + ".:65535"))
                .contains(longest);
        assertThat(CanonicalHost.parse("a".repeat(63) + ":1")).contains("a".repeat(63));
    }

    @Test
    void parse_tooLong_isNoHost() {
        assertThat(CanonicalHost.parse("a.".repeat(126) + "a")).isPresent();
        assertThat(CanonicalHost.parse("a.".repeat(127) + "a")).isEmpty();
        assertThat(CanonicalHost.parse("a".repeat(64))).isEmpty();
        assertThat(CanonicalHost.parse("[" + ":".repeat(252) + "]")).isEmpty();
    }

    @Test
    void parse_anyName_isTheSameWithAndWithoutAPort() {
        Random random = new Random(7);
        String alphabet = "aZ0_-.:[";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int length = random.nextInt(9); length > 0; length--) {
                String part = String.valueOf(alphabet.charAt(random.nextInt(alphabet.length())));
                name.append(part.repeat(random.nextInt(50) == 0 ? 62 + random.nextInt(4) : 1));
            }
            if (name.indexOf(":") < 0 && name.length() <= 253) {
                assertThat(CanonicalHost.parse(name.toString())).isEqualTo(CanonicalHost.parse(name + ":1"));
            }
        }
    }
}
