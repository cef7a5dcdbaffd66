package io.keywarden.envoyconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.envoyconfig.EnvoyConfigInput.AdminRest;
import io.keywarden.envoyconfig.EnvoyConfigInput.Check;
import io.keywarden.envoyconfig.EnvoyConfigInput.Gateway;
import io.keywarden.envoyconfig.EnvoyConfigInput.RateLimit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvoyConfigInputTest {
    private static final HostPort ADDRESS = new HostPort("127.0.0.1", 10000);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "fe80::1", "localhost", "check.keywarden-system.svc.cluster.local"})
    void hostPort_addressOrName_accepted(String host) {
        assertThat(new HostPort(host, 1).host()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "256.0.0.1", "1.2.3", "a b", "a\"b", "a\nb", "-a", "a_b", "a..b", "${x}", "fe80::1%eth0"
            })
    void hostPort_anythingElse_refused(String host) {
        assertThatThrownBy(() -> new HostPort(host, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: an IP address or a DNS name");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void hostPort_portOutOfRange_refused(int port) {
        assertThatThrownBy(() -> new HostPort("localhost", port)).hasMessageContaining("expected: 0 to 65535");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x_api_key", "x api", "a|b", ".*", "x-)$", "x-\n", "-x", ":path"})
    void gateway_credentialHeaderThatIsNoPlainName_refused(String header) {
        assertThatThrownBy(() -> Gateway.at(ADDRESS, List.of(header)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no underscore");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-keywarden-token-id", "x-envoy-external-address", "X-Forwarded-Client-Cert", "host"})
    void gateway_credentialHeaderOfEnvoysOwn_refused(String header) {
        assertThatThrownBy(() -> Gateway.at(ADDRESS, List.of(header)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: none that Envoy or Keywarden writes or removes");
    }

    @Test
    void gateway_headersInAnyOrderAndCase_becomeOneSortedList() {
        assertThat(Gateway.at(ADDRESS, List.of("X-ID", "authorization", "x-id")).credentialHeaders())
                .containsExactly("authorization", "x-id");
    }

    @Test
    void gateway_twoLimitsOfOnePriority_refused() {
        List<RateLimit> limits = List.of(new RateLimit("low", 1), new RateLimit("low", 2));
        assertThatThrownBy(() -> EnvoyConfigs.gateway("authorization").withRateLimits(limits))
                .hasMessageContaining("each priority once");
        assertThatThrownBy(() -> new RateLimit("low", 0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> new RateLimit(" ", 1)).hasMessageContaining("a word");
    }

    @Test
    void check_noTimeout_refused() {
        assertThatThrownBy(() -> new Check(EnvoyConfigs.CHECK_TCP, Duration.ZERO))
                .hasMessageContaining("expected: more than 0");
    }

    @Test
    void tcpEndpoint_portZero_refused() {
        assertThatThrownBy(() -> new GrpcEndpoint.TcpEndpoint(new HostPort("localhost", 0), Optional.empty()))
                .hasMessageContaining("port: 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"check.sock", ""})
    void unixEndpoint_relativePath_refused(String path) {
        assertThatThrownBy(() -> new GrpcEndpoint.UnixEndpoint(path)).hasMessageContaining("absolute path");
    }

    @Test
    void unixEndpoint_pathLongerThanTheKernelAllows_refused() {
        assertThatThrownBy(() -> new GrpcEndpoint.UnixEndpoint("/" + "a".repeat(107)))
                .hasMessageContaining("at most 107 bytes");
    }

    @Test
    void adminRest_noService_refused() {
        ProtoDescriptor descriptor = new ProtoDescriptor.InFile("admin.pb");
        assertThatThrownBy(() -> new AdminRest(ADDRESS, EnvoyConfigs.CHECK_TCP, descriptor, List.of()))
                .hasMessageContaining("services: none");
    }
}
