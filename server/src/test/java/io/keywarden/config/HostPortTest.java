package io.keywarden.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1:9001,true", "'[::1]:0',true", "localhost:1,true", "0.0.0.0:1,false", "'[::]:1',false"})
    void parse_address_comesBackAndKnowsWhetherOthersReachIt(String text, boolean loopback) {
        HostPort address = HostPort.parse(text);

        assertThat(address).hasToString(text);
        assertThat(address.isLoopback()).isEqualTo(loopback);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":1",
                "a",
                "a:",
                "a:x",
                "::1:9001",
                "[::1]",
                "[]:1",
                "a b:1",
                "a:-1",
                "a:123456",
                "127.evil.example:x"
            })
    void parse_anythingElse_throws(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.evil.example:1", "127.0.0.1.evil.example:1"})
    void isLoopback_nameThatLooksLikeOne_isNot(String text) {
        assertThat(HostPort.parse(text).isLoopback()).isFalse();
    }
}
