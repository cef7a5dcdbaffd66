package io.keywarden.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keywarden.policy.RequestPath;
import io.keywarden.token.OpenPath;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The path of a request: in normal form or none, as a model with split and replace says. */
class PathFuzz {
    static Stream<byte[]> seeds() {
        return Seeds.of(
                "/",
                "/v1/orders/42?key=a&b",
                "/v1/orders/",
                "/shop.v1.Orders/ListOrders",
                "/a%20b/caf%C3%A9/...",
                "/%F0%9F%92%A9/%7B%7D/%23",
                "",
                "*",
                "//evil.example/admin",
                "http://evil.example/admin",
                "/a//b",
                "/a//",
                "/a/./b",
                "/a/../admin",
                "/a/%2e%2e/admin",
                "/a/.%2E/admin",
                "/%61dmin",
                "/a\\b",
                "/a%5cb",
                "/a/..;/admin",
                "/a;v=1/b",
                "/a%3Bb",
                "/a%2fb",
                "/a%00",
                "/a%0a",
                "/a%252f",
                "/ADMIN",
                "/a#frag",
                "/a?b#frag",
                "/caf\u00e9",
                "/%C0%AF",
                "/%ED%A0%80",
                "/%C2%85",
                "/%\u0661\u0661",
                "/%",
                "/%2",
                "/%+1",
                "/a b",
                "/\u007f");
    }

    @MethodSource("seeds")
    @FuzzTest
    void parse_anyTarget_asTheModelSays(byte[] input) {
        String target = new String(input, UTF_8);
        Optional<RequestPath> path = RequestPath.parse(target);
        Optional<List<String>> expected = segments(target);

        assertThat(path.isPresent()).as("'%s' is a path", target).isEqualTo(expected.isPresent());
        if (path.isPresent()) {
            String text = path.get().text();
            assertThat(text).isEqualTo(target.split("\\?", -1)[0]);
            assertSegments(path.get(), expected.get());
            RequestPath again = RequestPath.parse(text + "?" + text).orElseThrow();
            assertThat(again.text()).isEqualTo(text);
            assertSegments(again, expected.get());
        }
    }

    /** Only a path of just these segments is open where these segments are. */
    private static void assertSegments(RequestPath path, List<String> segments) {
        assertThat(path.isOpen(List.of(new OpenPath(Set.of("GET"), segments, false)), "GET"))
                .as("%s is %s", path, segments)
                .isTrue();
        assertThat(path.isOpen(List.of(new OpenPath(Set.of("GET"), segments, true)), "GET"))
                .isFalse();
    }

    private static Optional<List<String>> segments(String target) {
        String path = target.split("\\?", -1)[0];
        if (!path.matches("/[\\x21-\\x7e&&[^\\\\;#]]*") || target.contains("#") || path.equals("//")) {
            return Optional.empty();
        }
        String inner = path.replaceFirst("^/", "").replaceFirst("/$", "");
        if (inner.isEmpty()) {
            return Optional.of(List.of());
        }
        List<String> decoded = new ArrayList<>();
        for (String segment : inner.split("/", -1)) {
            Optional<String> text = decoded(segment);
            if (text.isEmpty() || Set.of("", ".", "..").contains(segment)) {
                return Optional.empty();
            }
            decoded.add(text.get());
        }
        return Optional.of(decoded);
    }

    private static Optional<String> decoded(String segment) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < segment.length(); at++) {
            int value = segment.charAt(at);
            if (value == '%') {
                String digits = segment.substring(at + 1, Math.min(at + 3, segment.length()));
                if (!digits.matches("[0-9a-fA-F]{2}")) {
                    return Optional.empty();
                }
                value = Integer.parseInt(digits, 16);
                if (Character.toString(value).matches("[\\x00-\\x1f\\x7f/\\\\%;A-Za-z0-9._~-]")) {
                    return Optional.empty();
                }
                at += 2;
            }
            bytes.write(value);
        }
        String text = bytes.toString(UTF_8);
        // What is no UTF-8 is written otherwise than it was read.
        boolean wellFormed = Arrays.equals(text.getBytes(UTF_8), bytes.toByteArray());
        return wellFormed && !text.matches("(?s).*\\p{Cntrl}.*") && !text.matches("(?s).*[\\x80-\\x9f].*")
                ? Optional.of(text)
                : Optional.empty();
    }
}
