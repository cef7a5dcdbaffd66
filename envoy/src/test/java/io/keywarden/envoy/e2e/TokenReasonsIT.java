package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.Eventually;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every reason to refuse that lies in the state of the token or of its tenant, after its secret was proven. */
final class TokenReasonsIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final RawRequest LIST = RawRequest.get("/v1/orders").host(Shop.ACME_HOST);

    private Deployment deployment;
    private IssuedToken token;

    @BeforeEach
    void issueToken() {
        deployment = SHARED.get();
        token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        assertThatAnswer(send(token)).isAllowed();
    }

    @Test
    @Answers(Reason.REVOKED)
    void refuse_revokedToken_revoked() {
        deployment
                .admin()
                .tokens()
                .revokeToken(
                        RevokeTokenRequest.newBuilder().setName(token.name()).build());

        assertRefused(send(token), "REVOKED", token);
    }

    @Test
    @Answers(Reason.DELETED)
    void refuse_deletedToken_deleted() {
        deployment
                .admin()
                .tokens()
                .deleteToken(
                        DeleteTokenRequest.newBuilder().setName(token.name()).build());

        assertRefused(send(token), "DELETED", token);
    }

    @Test
    @Answers(Reason.DISABLED)
    void refuse_disabledToken_disabled() {
        deployment
                .admin()
                .tokens()
                .disableToken(
                        DisableTokenRequest.newBuilder().setName(token.name()).build());

        assertRefused(send(token), "DISABLED", token);
    }

    @Test
    @Answers(Reason.TENANT_DISABLED)
    void refuse_tokenOfDisabledTenant_tenantDisabled() {
        Shop.tenant(deployment.admin(), "closed", "closed.example");
        IssuedToken closed = deployment.admin().issue("closed", Shop.READ_ORDERS);
        RawRequest request = RawRequest.get("/v1/orders").host("closed.example").bearer(closed);
        assertThatAnswer(deployment.gateway().send(request)).isAllowed();

        deployment
                .admin()
                .tenants()
                .disableTenant(DisableTenantRequest.newBuilder()
                        .setName("tenants/closed")
                        .build());

        Answer answer = deployment.gateway().send(request);
        assertThatAnswer(answer)
                .isUnauthenticated("TENANT_DISABLED", "invalid_token")
                .namesToken(closed)
                .isLoggedAs("DENY", "TENANT_DISABLED")
                .isLoggedOf("closed", closed);
    }

    @Test
    @Answers(Reason.EXPIRED)
    void refuse_tokenAfterItsTime_expired() {
        IssuedToken shortLived = deployment
                .admin()
                .issue(
                        Shop.ACME,
                        Token.newBuilder().addGrants(Shop.READ_ORDERS).setExpireTime(in(Duration.ofSeconds(2))));

        Answer answer = Eventually.within(Duration.ofSeconds(20), () -> {
            Answer late = send(shortLived);
            assertThatAnswer(late).isUnauthenticated("EXPIRED", "invalid_token");
            return late;
        });
        assertRefused(answer, "EXPIRED", shortLived);
    }

    @Test
    @Answers(Reason.NOT_YET_VALID)
    void refuse_tokenBeforeItsTime_notYetValid() {
        IssuedToken early = deployment
                .admin()
                .issue(
                        Shop.ACME,
                        Token.newBuilder().addGrants(Shop.READ_ORDERS).setNotBeforeTime(in(Duration.ofHours(1))));

        assertRefused(send(early), "NOT_YET_VALID", early);
    }

    @Test
    @Answers(Reason.SECRET_ROTATED)
    void refuse_replacedSecretAfterItsTime_rotated() {
        deployment
                .admin()
                .tokens()
                .rotateToken(RotateTokenRequest.newBuilder()
                        .setName(token.name())
                        .setGracePeriod(com.google.protobuf.Duration.getDefaultInstance())
                        .setWait(true)
                        .build());

        assertRefused(send(token), "SECRET_ROTATED", token);
    }

    private Answer send(IssuedToken presented) {
        return deployment.gateway().send(LIST.bearer(presented));
    }

    private static void assertRefused(Answer answer, String reason, IssuedToken token) {
        assertThatAnswer(answer)
                .isUnauthenticated(reason, "invalid_token")
                .namesToken(token)
                .isLoggedAs("DENY", reason)
                .isLoggedOf(Shop.ACME, token);
    }

    private static Timestamp in(Duration duration) {
        Instant time = Instant.now().plus(duration);
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
