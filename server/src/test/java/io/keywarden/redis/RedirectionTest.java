package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.redis.RedisSettings.Address;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectionTest {
    private static final Address FROM = new Address("10.0.0.9", 7000, true);

    @ParameterizedTest
    @CsvSource({
        "MOVED 3999 10.0.0.1:6381, 10.0.0.1, 6381, false",
        "ASK 3999 node-2.example:6382, node-2.example, 6382, true",
        "MOVED 3999 :6383, 10.0.0.9, 6383, false"
    })
    void redirection_read(String error, String host, int port, boolean asking) {
        assertThat(Redirection.of(new RedisCommandExecutionException(error), FROM))
                .contains(new Redirection(new Address(host, port, true), asking));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MOVED 3999", "MOVED 3999 nowhere", "ASK 1 a:b", "CLUSTERDOWN The cluster is down"})
    void otherErrors_none(String error) {
        assertThat(Redirection.of(new RedisCommandExecutionException(error), FROM))
                .isEmpty();
    }
}
