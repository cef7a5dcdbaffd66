package io.keywarden.envoyconfig;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.envoyconfig.GrpcEndpoint.TcpEndpoint;
import io.keywarden.testkit.EnvoyProcess;
import io.keywarden.testkit.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every variant of the configuration, judged by Envoy itself. */
final class EnvoyConfigIT {
    private static final ByteString DESCRIPTORS = AdminApi.descriptorSet().toByteString();

    @TempDir
    private static Path folder;

    private static SelfSigned certificate;

    @BeforeAll
    static void makeCertificate() throws IOException {
        certificate = SelfSigned.in(folder, "check.example");
    }

    @Test
    void validate_checkOverTcp_accepted() {
        assertAccepted(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_TCP));
    }

    @Test
    void validate_checkOverUnixSocket_accepted() {
        assertAccepted(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_UNIX));
    }

    @Test
    void validate_checkOverTls_accepted() {
        assertAccepted(EnvoyConfigs.checkedAt(tls("check.example", false)));
        assertAccepted(EnvoyConfigs.checkedAt(tls("127.0.0.1", false)));
        assertAccepted(EnvoyConfigs.checkedAt(tls("check.example", true)));
    }

    @Test
    void validate_everyCredentialHeader_accepted() {
        assertAccepted(EnvoyConfigs.withGateway(EnvoyConfigs.gateway()));
        assertAccepted(EnvoyConfigs.withGateway(
                EnvoyConfigs.gateway("authorization", "cookie", "sec-websocket-protocol", "x-id")));
    }

    @Test
    void validate_rateLimits_accepted() {
        assertAccepted(EnvoyConfigs.withGateway(EnvoyConfigs.limitedGateway()));
    }

    @Test
    void validate_adminRestWithDescriptorInFile_accepted() throws IOException {
        Path file = Files.write(folder.resolve("admin.pb"), DESCRIPTORS.toByteArray());

        assertAccepted(EnvoyConfigs.withAdminRest(EnvoyConfigs.CHECK_TCP, new ProtoDescriptor.InFile(file.toString())));
    }

    @Test
    void validate_adminRestWithInlineDescriptor_accepted() {
        assertAccepted(EnvoyConfigs.withAdminRest(EnvoyConfigs.CHECK_UNIX, new ProtoDescriptor.Inline(DESCRIPTORS)));
        assertAccepted(EnvoyConfigs.withAdminRest(tls("admin.example", true), new ProtoDescriptor.Inline(DESCRIPTORS)));
    }

    @Test
    void validate_pathThatLooksLikeYaml_staysInside() {
        assertAccepted(EnvoyConfigs.checkedAt(new GrpcEndpoint.UnixEndpoint("/run/\"}\\\u00e9 \ud83d\ude00.sock")));
    }

    @Test
    void validate_somethingElse_refused() {
        assertThat(EnvoyProcess.validate("nonsense: true")).contains("nonsense");
    }

    private static void assertAccepted(EnvoyConfigInput input) {
        assertThat(EnvoyProcess.validate(EnvoyConfigRenderer.render(input))).isEmpty();
    }

    private static TcpEndpoint tls(String serverName, boolean mutual) {
        String file = certificate.certificate().toString();
        TlsTrust.ClientIdentity identity =
                new TlsTrust.ClientIdentity(file, certificate.privateKey().toString());
        TlsTrust trust = new TlsTrust(file, serverName, mutual ? Optional.of(identity) : Optional.empty());
        return new TcpEndpoint(new HostPort("127.0.0.1", 9001), Optional.of(trust));
    }
}
