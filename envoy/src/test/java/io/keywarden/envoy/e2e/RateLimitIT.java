package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.v1.Token;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.Gateway;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The shipped limit for tokens of priority low; here it is two requests, and none comes back while the test runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RateLimitIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final int BURST = 2;
    private static final RawRequest LIST = RawRequest.get("/v1/orders").host(Shop.ACME_HOST);

    private Deployment deployment;
    private Gateway gateway;
    private IssuedToken low;

    @BeforeAll
    void start() {
        deployment = SHARED.get();
        gateway = deployment.gatewayWith(
                deployment.upstream().port(),
                file -> file.with(
                        "{ max_tokens: 50, tokens_per_fill: 50, fill_interval: 1s }",
                        "{ max_tokens: " + BURST + ", tokens_per_fill: 1, fill_interval: 3600s }"));
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void issueToken() {
        low = token("low");
    }

    @Test
    void lowToken_itsRequestsAreUsedUp_429AndTheOthersGoOn() {
        useUp(low);

        Answer limited = gateway.send(LIST.bearer(low));

        assertLimited(limited);
        assertThat(limited.logged()).containsEntry("priority", "low").containsEntry("token_id", low.id());
        assertThatAnswer(gateway.send(LIST.bearer(token("low")))).isAllowed();
        IssuedToken high = token("high");
        IssuedToken usual = token("");
        for (int i = 0; i < 5 * BURST; i++) {
            assertThatAnswer(gateway.send(LIST.bearer(high))).isAllowed();
            assertThatAnswer(gateway.send(LIST.bearer(usual))).isAllowed();
        }
    }

    @Test
    void lowToken_thatSaysItIsAnother_429() {
        useUp(low);

        assertLimited(gateway.send(LIST.bearer(low)
                .header("x-keywarden-priority", "high")
                .header("x-keywarden-token-id", token("low").id())));
    }

    @Test
    void lowToken_grpc_resourceExhausted() {
        useUp(low);

        Answer answer = gateway.send(RawRequest.of("POST", "/shop.v1.Orders/Watch")
                .host(Shop.ACME_HOST)
                .header("Content-Type", "application/grpc")
                .header("TE", "trailers")
                .bearer(low));

        assertThat(answer.header("grpc-status")).containsExactly("8");
        assertThat(answer.received()).isEmpty();
    }

    @Test
    void wrongSecret_ofALowToken_usesNothingUp() {
        for (int i = 0; i < 2 * BURST; i++) {
            assertThatAnswer(gateway.send(LIST.header("Authorization", "Bearer " + low.textWithWrongSecret())))
                    .isUnauthenticated("INVALID_CREDENTIAL", "invalid_token");
        }

        useUp(low);
    }

    private void useUp(IssuedToken token) {
        for (int i = 0; i < BURST; i++) {
            assertThatAnswer(gateway.send(LIST.bearer(token))).isAllowed();
        }
    }

    private IssuedToken token(String priority) {
        return deployment
                .admin()
                .issue(Shop.ACME, Token.newBuilder().setPriority(priority).addGrants(Shop.READ_ORDERS));
    }

    private static void assertLimited(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(429);
        assertThat(answer.received()).isEmpty();
    }
}
