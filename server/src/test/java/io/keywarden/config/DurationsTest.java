package io.keywarden.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @ValueSource(strings = {"0ms", "150ms", "1s", "90s", "15m", "24h", "1500ms"})
    void parse_text_comesBack(String text) {
        assertThat(Durations.text(Durations.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "s", "-1s", "1.5s", "1 s", "1S", "1d", "9999999999s"})
    void parse_anythingElse_throws(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
    }
}
