package io.keywarden.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class DemoPortsTest {

    @Test
    void of_offset_movesEveryPort() {
        DemoPorts ports = new DemoPorts(100);

        assertThat(Arrays.stream(DemoPort.values()).map(ports::of))
                .containsExactly(6490, 9101, 9102, 9104, 10_001, 10_100, 10_101);
        assertThat(ports.address(DemoPort.GATEWAY)).isEqualTo("127.0.0.1:10100");
    }

    @Test
    void offset_outOfRange_refused() {
        assertThat(new DemoPorts(DemoPorts.HIGHEST_OFFSET).of(DemoPort.ADMIN_REST))
                .isEqualTo(65_535);
        assertThatThrownBy(() -> new DemoPorts(DemoPorts.HIGHEST_OFFSET + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--port-offset: 55535");
        assertThatThrownBy(() -> new DemoPorts(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void taken_someHeld_namesThem() {
        assertThat(new DemoPorts(0).taken(port -> port != 9002 && port != 10_000))
                .containsExactly(DemoPort.ADMIN, DemoPort.GATEWAY);
        assertThat(new DemoPorts(0).taken(port -> true)).isEmpty();
    }

    @Test
    void nextFreeOffset_nextHeldToo_skipsIt() {
        assertThat(new DemoPorts(0).nextFreeOffset(port -> port != 9102)).hasValue(200);
        assertThat(new DemoPorts(0).nextFreeOffset(port -> false)).isEmpty();
    }
}
