package io.keywarden.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.process.Ports;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HttpProbeIT {

    @Test
    void status_echo_200() throws Exception {
        EchoServer echo = EchoServer.start();
        try {
            assertThat(HttpProbe.status(echo.port(), "/v1/orders", Map.of("Host", Shop.HOST)))
                    .isEqualTo(200);
        } finally {
            echo.close();
        }
    }

    @Test
    void status_nobodyThere_0() throws Exception {
        assertThat(HttpProbe.status(Ports.free(1).get(0), "/", Map.of())).isZero();
    }
}
