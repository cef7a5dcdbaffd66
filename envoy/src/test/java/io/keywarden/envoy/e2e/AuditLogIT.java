package io.keywarden.envoy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Admin writes is told outside of Redis too. */
final class AuditLogIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    @Test
    void token_createdAndRevoked_bothAreInTheLogInOrder() {
        Deployment deployment = SHARED.get();
        IssuedToken token = deployment.admin().issue("acme");
        deployment
                .admin()
                .tokens()
                .revokeToken(
                        RevokeTokenRequest.newBuilder().setName(token.name()).build());

        String id = token.name().substring(token.name().lastIndexOf('/') + 1);
        List<String> lines = deployment
                .keywarden()
                .log()
                .lines()
                .filter(line -> line.contains("audit written") && line.contains(":t:" + id))
                .toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .containsPattern(
                        "sequence=1 kind=CreateToken principal=bootstrap peer=127\\.0\\.0\\.1\\S* hash=[0-9a-f]{64}");
        assertThat(lines.get(1)).containsPattern("sequence=2 kind=RevokeToken principal=bootstrap");
    }
}
