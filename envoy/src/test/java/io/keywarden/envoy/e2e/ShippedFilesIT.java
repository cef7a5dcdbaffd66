package io.keywarden.envoy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.e2e.fixture.Program;
import io.keywarden.envoy.e2e.fixture.ShippedFile;
import io.keywarden.testkit.EnvoyProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files under {@code envoy/} are what the program makes of the configurations beside them. */
final class ShippedFilesIT {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeKeys() {
        Program.run("init-keys", "--out", folder.resolve("keys").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "socket"})
    void gateway_renderedAnew_isTheShippedOne(String variant) throws IOException {
        String config = "keywarden-" + variant + ".yaml";
        String shipped = "gateway-" + variant + ".yaml";
        Path copy = Files.copy(ShippedFile.path(config), folder.resolve(config));

        String rendered = Program.run("envoy-config", "--config", copy.toString(), "--admin-rest");

        assertThat(ShippedFile.named(shipped).text())
                .as(
                        "envoy/%s (expected: the output of ./keywarden init-keys --out envoy/keys && ./keywarden"
                                + " envoy-config --config envoy/%s --admin-rest > envoy/%s)",
                        shipped, config, shipped)
                .isEqualTo(rendered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "socket"})
    void gateway_asShipped_acceptedByEnvoy(String variant) {
        assertThat(EnvoyProcess.validate(
                        ShippedFile.named("gateway-" + variant + ".yaml").text()))
                .isEmpty();
    }

    /** CVE-2026-47205 and CVE-2026-50572 are memory faults of Envoy's in what we don't ask of it. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp", "socket"})
    void gateway_asShipped_asksOverGrpcAndOverridesNothingByRoute(String variant) {
        assertThat(ShippedFile.named("gateway-" + variant + ".yaml").text())
                .contains("grpc_service:", "failure_mode_allow: false", "clear_route_cache: false")
                .doesNotContain("http_service", "typed_per_filter_config");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "socket"})
    void keywarden_asShipped_acceptedByCheckConfig(String variant) throws IOException {
        String config = "keywarden-" + variant + ".yaml";
        Path copy = Files.copy(ShippedFile.path(config), folder.resolve("checked-" + config));

        assertThat(Program.run("check-config", "--config", copy.toString())).isNotNull();
    }

    @Test
    void gateway_bothVariants_differInTheCheckClusterOnly() {
        String tcp = ShippedFile.named("gateway-tcp.yaml").text();
        String socket = ShippedFile.named("gateway-socket.yaml").text();

        assertThat(tcp.replace(
                        "socket_address: { address: \"127.0.0.1\", port_value: 9001 }",
                        "pipe: { path: \"/run/keywarden/check.sock\" }"))
                .isEqualTo(socket);
    }
}
