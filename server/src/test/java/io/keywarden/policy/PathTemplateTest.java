package io.keywarden.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1/orders",
                "/v1/orders/",
                "/v1/{order}/lines/{line}",
                "/files/{path=**}",
                "/caf%C3%A9",
                "/{a}"
            })
    void problem_template_isNone(String text) {
        assertThat(PathTemplate.problem(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', begins with /",
        "v1, begins with /",
        "//, no empty segment",
        "/a//b, no empty segment",
        "/{a=**}/b, nothing behind",
        "/{a=**}/, nothing behind",
        "/{a}/{a}, each variable once",
        "/x{a}, a whole segment",
        "/{a}x, a whole segment",
        "/{}, a whole segment",
        "/{1a}, a whole segment",
        "/{a=*}, a whole segment",
        "/*, a whole segment",
        "/**, a whole segment",
        "/a?b, a whole segment",
        "/a/../b, normal form",
        "/a;b, normal form",
        "/%61, normal form",
        "/a%2Fb, normal form"
    })
    void problem_other_saysWhatIsExpected(String text, String said) {
        assertThat(PathTemplate.problem(text).orElseThrow()).contains(said);
        assertThatThrownBy(() -> PathTemplate.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void problem_tooLong_saysTheLimit() {
        assertThat(PathTemplate.problem("/a".repeat(32))).isEmpty();
        assertThat(PathTemplate.problem("/" + "a".repeat(1023))).isEmpty();
        assertThat(PathTemplate.problem("/a".repeat(33)).orElseThrow()).contains("32 segments");
        assertThat(PathTemplate.problem("/" + "a".repeat(1024)).orElseThrow()).contains("1024 characters");
    }
}
