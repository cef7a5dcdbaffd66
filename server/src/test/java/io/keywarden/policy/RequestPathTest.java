package io.keywarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "v1/orders",
                "http://evil.example/admin",
                "?a=b",
                "//",
                "//evil.example/admin",
                "/a//b",
                "/a//",
                "/.",
                "/..",
                "/a/./b",
                "/a/../admin",
                "/a/..",
                "/a/.",
                "/a/%2e%2e/admin",
                "/a/%2E/b",
                "/a/.%2e/b",
                "/a%2fb",
                "/a%2Fb",
                "/a%5cb",
                "/a%5Cb",
                "/a\\b",
                "/a%00",
                "/a%0a",
                "/a%0D",
                "/a%1f",
                "/a%7F",
                "/a%252f",
                "/a%25",
                "/%",
                "/a%",
                "/a%4",
                "/a%zz",
                "/a%-1",
                "/a%+1",
                "/%61dmin",
                "/%41",
                "/%7e",
                "/%2D",
                "/%30",
                "/a/..;/admin",
                "/a;b",
                "/a%3bb",
                "/a%3Bb",
                "/a#frag",
                "/a?x#frag",
                "/a b",
                "/a\tb",
                "/a\nb",
                "/a\u007f",
                "/caf\u00e9",
                "/\u212a",
                "/%C0%AF",
                "/%c0%ae%c0%ae",
                "/%E9",
                "/%ED%A0%80",
                "/%C2%85",
                "/%\u0661\u0661"
            })
    void parse_notInNormalForm_isNoPath(String target) {
        assertThat(RequestPath.parse(target)).isEmpty();
    }

    @Test
    void parse_everyByte_isTakenWhereItHasOneSpelling() {
        String unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
        String plain = unreserved + "!\"$%&'()*+,/:<=>?@[]^`{|}";
        String escapable = " !\"#$&'()*+,:<=>?@[]^`{|}";
        for (int c = 0; c < 256; c++) {
            boolean alone = c != '%' && plain.indexOf(c) >= 0;
            assertThat(RequestPath.parse("/a" + (char) c + "b").isPresent())
                    .as("character %d", c)
                    .isEqualTo(alone);
            assertThat(RequestPath.parse("/a%%%02X/b".formatted(c)).isPresent())
                    .as("escaped character %d", c)
                    .isEqualTo(escapable.indexOf(c) >= 0);
        }
        assertThat(RequestPath.parse("/%C2%A0").orElseThrow().segments()).isEqualTo(List.of("\u00a0"));
        assertThat(RequestPath.parse("/a").orElseThrow()).hasToString("/a");
    }

    @Test
    void parse_root_hasNoSegments() {
        assertThat(RequestPath.parse("/").orElseThrow().segments()).isEmpty();
        assertThat(RequestPath.parse("/").orElseThrow().trailingSlash()).isFalse();
    }

    @Test
    void parse_query_isCut() {
        RequestPath path = RequestPath.parse("/v1/orders?path=/../%2F;//").orElseThrow();
        assertThat(path.text()).isEqualTo("/v1/orders");
        assertThat(path.segments()).isEqualTo(List.of("v1", "orders"));
    }

    @Test
    void parse_slashAtTheEnd_isKeptApart() {
        RequestPath path = RequestPath.parse("/v1/orders/").orElseThrow();
        assertThat(path.segments()).isEqualTo(List.of("v1", "orders"));
        assertThat(path.trailingSlash()).isTrue();
    }

    @Test
    void parse_neededEncoding_isDecodedOnce() {
        assertThat(RequestPath.parse("/a%20b/caf%C3%A9/caf%c3%a9/...")
                        .orElseThrow()
                        .segments())
                .isEqualTo(List.of("a b", "caf\u00e9", "caf\u00e9", "..."));
    }

    @Test
    void parse_anyText_neverAcceptsAForbiddenSequence() {
        String[] pieces = {
            "/", "/", "a", "v1", ".", "..", "%2e", "%2F", "%5c", "%25", "%00", "%", "%C3%A9", ";", "\\", "#", "?", " ",
            "\u00e9", "%C0%AF", "\n", "%20"
        };
        Random random = new Random(20260601);
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder("/");
            for (int n = random.nextInt(6); n >= 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            var path = RequestPath.parse(text.toString());
            if (path.isPresent()) {
                accepted++;
                assertThat(path.get().text())
                        .doesNotContainPattern(
                                "//|/\\.{1,2}(/|$)|(?i:%2[5ef]|%5c|%00|%c0)|[;\\\\#? \\n]|[^\\x21-\\x7e]");
                assertThat(path.get().segments()).doesNotContain("", ".", "..");
            }
        }
        assertThat(accepted).isGreaterThan(1_000);
    }
}
