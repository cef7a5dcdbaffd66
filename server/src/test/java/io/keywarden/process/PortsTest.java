package io.keywarden.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PortsTest {

    @Test
    void isFree_portInUse_false() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.isFree(taken.getLocalPort())).isFalse();
        }
    }

    @Test
    void free_several_allDifferentAndFree() throws IOException {
        List<Integer> ports = Ports.free(5);

        assertThat(ports).hasSize(5).doesNotHaveDuplicates().allMatch(Ports::isFree);
    }

    @Test
    void holder_portInUse_isThisProcess() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.holder(taken.getLocalPort())).hasValueSatisfying(holder -> {
                assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
                assertThat(holder.command()).endsWith("java");
            });
        }
    }

    @Test
    void holder_freePort_none() throws IOException {
        assertThat(Ports.holder(Ports.free(1).get(0))).isEmpty();
    }
}
