package io.keywarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPatternTest {
    @ParameterizedTest
    @CsvSource({
        "{tenant}.platform.com, acme.platform.com, acme",
        "{tenant}.platform.com, platform.com, ''",
        "{tenant}.platform.com, a.acme.platform.com, ''",
        "{tenant}.platform.com, acme.platform.com.evil.example, ''",
        "{tenant}.platform.com, acme.platform-com, ''",
        "{tenant}.platform.com, acme_.platform.com, ''",
        "*.{tenant}.platform.com, c1.acme.platform.com, acme",
        "*.{tenant}.platform.com, acme.platform.com, ''",
        "api.{tenant}.example, api.acme.example, acme",
        "api.{tenant}.example, apis.acme.example, ''",
        "{tenant}.localhost, 10.0.0.1, ''",
        "{tenant}.localhost, [::1], ''"
    })
    void tenant_ofHost_isTheLabel(String pattern, String host, String expected) {
        assertThat(HostPattern.parse(pattern).orElseThrow().tenant(host).orElse(""))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "platform.com",
                "{tenant}",
                "{tenant}.*",
                "{tenant}.{tenant}.com",
                "a{tenant}.com",
                "{tenant}.PLATFORM.com",
                "{tenant}.platform.com.",
                "{tenant}..com",
                "{client}.{tenant}.com"
            })
    void parse_otherTexts_areNone(String text) {
        assertThat(HostPattern.parse(text)).isEmpty();
    }

    @Test
    void toString_pattern_isAsItWasWritten() {
        assertThat(HostPattern.parse("*.{tenant}.platform.com").orElseThrow()).hasToString("*.{tenant}.platform.com");
    }
}
