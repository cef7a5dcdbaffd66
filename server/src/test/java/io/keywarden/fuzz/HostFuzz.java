package io.keywarden.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keywarden.policy.CanonicalHost;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The host of a request: one spelling whatever its case, its port and the dot at its end, and none for all else. */
class HostFuzz {
    static Stream<byte[]> seeds() {
        return Seeds.of(
                "api.example",
                "Api.Example:443",
                "api.example.",
                "api.example.:8080",
                "127.0.0.1:10000",
                "[::1]:80",
                "[2001:DB8::1]",
                "[::ffff:10.0.0.1]",
                "orders_api",
                "a-b.c--d",
                "a".repeat(63) + ".b",
                "a".repeat(64),
                "a.".repeat(126) + "a",
                "a.".repeat(127) + "a:1",
                "[" + ":".repeat(253) + "]",
                "",
                ".",
                "a..b",
                "a.example:8080,b",
                "a.example,b",
                "user@a.example",
                "a.example:",
                "a.example:123456",
                "::1",
                "[::1",
                "[::1]x",
                "[::1].",
                "[fe80::1%25eth0]",
                "-a",
                "a-",
                "a/b",
                "a%2eb",
                " a",
                "a\u0000",
                "\u212aey.example",
                "caf\u00e9.example",
                "\u0130.example");
    }

    @MethodSource("seeds")
    @FuzzTest
    void parse_anyAuthority_asTheModelSays(byte[] input) {
        String authority = new String(input, UTF_8);
        Optional<String> host = CanonicalHost.parse(authority);

        assertThat(host).as("'%s'", authority).isEqualTo(model(authority));
        if (host.isPresent()) {
            String one = host.get();
            assertThat(CanonicalHost.parse(one)).contains(one);
            assertThat(CanonicalHost.parse(one + ":1")).contains(one);
            assertThat(CanonicalHost.parse(one.toUpperCase(Locale.ROOT) + ":65535"))
                    .contains(one);
            assertThat(CanonicalHost.parse(one + ".").isPresent()).isEqualTo(!one.startsWith("["));
            assertThat(CanonicalHost.parse(one + "," + one)).isEmpty();
            assertThat(CanonicalHost.parse("user@" + one)).isEmpty();
        }
    }

    private static Optional<String> model(String authority) {
        if (!authority.matches("[\\x21-\\x7e]*")) {
            return Optional.empty();
        }
        String host = authority.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", "");
        boolean bracketed = host.startsWith("[");
        String name = bracketed ? host : host.replaceFirst("\\.$", "");
        boolean known =
                bracketed ? isAddress(name) : Stream.of(name.split("\\.", -1)).allMatch(HostFuzz::isLabel);
        return known && name.length() <= 253 ? Optional.of(name) : Optional.empty();
    }

    private static boolean isLabel(String label) {
        return label.matches("[a-z0-9_-]{1,63}") && !label.startsWith("-") && !label.endsWith("-");
    }

    /** Only whether it looks like one: what is none is nobody's host. */
    private static boolean isAddress(String host) {
        String groups = host.replaceFirst("[0-9]{1,3}(\\.[0-9]{1,3}){3}]$", "]");
        return groups.matches("\\[[0-9a-f:]*]") && groups.contains(":");
    }
}
