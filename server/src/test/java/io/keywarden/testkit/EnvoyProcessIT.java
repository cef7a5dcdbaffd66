package io.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class EnvoyProcessIT {

    @Test
    void start_freePorts_readyAndSaysWhere() {
        try (EnvoyProcess envoy = EnvoyProcess.start(
                "admin:\n  address: { socket_address: { address: \"127.0.0.1\", port_value: 0 } }\n")) {
            assertThat(envoy.admin("/ready").strip()).isEqualTo("LIVE");
            assertThat(envoy.stat("server.live")).isEqualTo(1);
        }
    }

    @Test
    void start_badConfiguration_saysWhatEnvoySaid() {
        assertThatThrownBy(() -> EnvoyProcess.start("nonsense: true"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nonsense");
    }
}
