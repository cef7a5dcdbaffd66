package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.token.Operation;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CertificateCallersTest {
    private static final String SPIFFE = "spiffe://mesh/ns/ops/sa/issuer";
    /** Of three names: the one above, and the DNS names {@code Ops.example.com} and {@code *.wild.example}. */
    private static final X509Certificate CERTIFICATE = parse("""
            -----BEGIN CERTIFICATE-----
            MIIBgzCCASqgAwIBAgIJAKVK04fET5erMAoGCCqGSM49BAMCMA8xDTALBgNVBAMT
            BHRlc3QwIBcNMjYxMTIzMTUxNTAxWhgPMjEyNjEwMzAxNTE1MDFaMA8xDTALBgNV
            BAMTBHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATqLK72yHVl7tfev1V1
            nTh6b0GixqbdryliY2tM/U0azN/IlCY4GM76idLWnsQIAFFchUQ8og1TMOEwM3g7
            iEsgo20wazAdBgNVHQ4EFgQUHhNqfuOqaieOOtxsjZ6+VkwI5uowSgYDVR0RBEMw
            QYYec3BpZmZlOi8vbWVzaC9ucy9vcHMvc2EvaXNzdWVygg9PcHMuZXhhbXBsZS5j
            b22CDioud2lsZC5leGFtcGxlMAoGCCqGSM49BAMCA0cAMEQCIGbf/kGi/UOpLRO3
            tBEnoMXgjP5wHLan7DT1sAN+QpQCAiBKb/mMt9d5+jA2vX/uaOg82XZkLPQpeaEr
            gXwWnq+NTw==
            -----END CERTIFICATE-----
            """);

    @Test
    void certificate_listedByUri_isThatCaller() {
        Caller caller = find(SPIFFE).orElseThrow();
        assertThat(caller.principal()).isEqualTo("certificate:" + SPIFFE);
        assertThat(caller.peer()).isEqualTo("192.0.2.1");
        assertThat(caller.rights().everything()).isFalse();
    }

    @Test
    void certificate_listedByDnsName_isThatCallerInAnyCase() {
        assertThat(find("ops.EXAMPLE.com")).isPresent();
    }

    @Test
    void certificate_notListed_isNobodys() {
        assertThat(find()).isEmpty();
        assertThat(find("spiffe://mesh/ns/ops/sa")).isEmpty();
        assertThat(find("spiffe://mesh/ns/ops/sa/issuer/")).isEmpty();
        assertThat(find("example.com")).isEmpty();
        assertThat(find("a.wild.example")).isEmpty();
        assertThat(find("test")).isEmpty();
    }

    @Test
    void certificate_listedTwice_isNobodys() {
        assertThat(find(SPIFFE, "ops.example.com")).isEmpty();
    }

    @Test
    void connection_withoutTls_isNobodys() {
        assertThat(new CertificateCallers(List.of(identity(SPIFFE))).find((javax.net.ssl.SSLSession) null, ""))
                .isEmpty();
    }

    @Test
    void rights_star_areAllThatIsNotRestricted() {
        Rights rights = new CertificateIdentity(SPIFFE, List.of("*"), List.of("*", "system")).rights();
        assertThat(AdminOperations.all())
                .allSatisfy(operation -> assertThat(rights.cover(operation, Optional.of("acme")))
                        .isEqualTo(operation.closure() != Operation.Closure.RESTRICTED));
        assertThat(AdminOperations.all())
                .noneSatisfy(operation -> assertThat(rights.cover(operation, Optional.of("system")))
                        .isTrue());
    }

    @Test
    void rights_namedOperations_areThoseThere() {
        Rights rights = new CertificateIdentity(SPIFFE, List.of("ActAs", "GetToken"), List.of("acme")).rights();
        assertThat(covered(rights, Optional.of("acme"))).containsExactlyInAnyOrder("ActAs", "GetToken");
        assertThat(covered(rights, Optional.of("other"))).isEmpty();
        assertThat(covered(rights, Optional.empty())).isEmpty();
    }

    @Test
    void identity_unknownOperation_refused() {
        assertThatThrownBy(() -> new CertificateIdentity(SPIFFE, List.of("GetTokens"), List.of("*")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("GetTokens (expected: ");
    }

    private static Stream<String> covered(Rights rights, Optional<String> tenant) {
        return AdminOperations.all().stream()
                .filter(operation -> rights.cover(operation, tenant))
                .map(AdminOperations::nameOf);
    }

    private static Optional<Caller> find(String... listed) {
        return new CertificateCallers(
                        Stream.of(listed).map(CertificateCallersTest::identity).toList())
                .find(CERTIFICATE, "192.0.2.1");
    }

    private static CertificateIdentity identity(String san) {
        return new CertificateIdentity(san, List.of("GetToken"), List.of("*"));
    }

    private static X509Certificate parse(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new AssertionError(e);
        }
    }
}
