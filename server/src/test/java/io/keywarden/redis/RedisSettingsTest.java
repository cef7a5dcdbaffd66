package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.redis.RedisSettings.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {
    @Test
    void parse_hostAndPort_read() {
        assertThat(Address.parse("redis://127.0.0.1:6380")).isEqualTo(new Address("127.0.0.1", 6380, false));
        assertThat(Address.parse("rediss://redis.example/0")).isEqualTo(new Address("redis.example", 6379, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:geheim@host:6379",
                "redis://:geheim@host",
                "redis://geheim host",
                "http://geheim:6379",
                "redis://host/1?geheim",
                "redis://host/7",
                "redis:geheim",
                ""
            })
    void parse_anythingElse_refusedWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> Address.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageContaining("expected")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void password_printed_hidden() {
        assertThat(new RedisPassword("geheim".toCharArray())).hasToString("RedisPassword[hidden]");
    }
}
