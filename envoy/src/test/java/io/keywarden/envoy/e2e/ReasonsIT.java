package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.EchoUpstream;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.policy.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An allow, and every reason to refuse that lies in the request and its credential. */
final class ReasonsIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final RawRequest LIST = RawRequest.get("/v1/orders").host(Shop.ACME_HOST);

    private Deployment deployment;
    private IssuedToken token;

    @BeforeEach
    void issueToken() {
        deployment = SHARED.get();
        token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
    }

    @Test
    void allow_grantedOperation_upstreamKnowsWhoAsks() {
        Answer answer = deployment.gateway().send(LIST.bearer(token));

        assertThatAnswer(answer).isAllowed().isLoggedOf(Shop.ACME, token);
        assertThat(answer.logged())
                .containsEntry("decision", "ALLOW")
                .containsEntry("operation", "orders.list")
                .doesNotContainKey("reason");
        EchoUpstream.Received received = answer.received().orElseThrow();
        assertThat(received.header("x-keywarden-token-id")).containsExactly(token.id());
        assertThat(received.header("x-keywarden-tenant")).containsExactly(Shop.ACME);
        assertThat(received.header("authorization")).isEmpty();
    }

    @Test
    void allow_headersThatLookLikeOurs_replacedOrRemoved() {
        Answer answer = deployment
                .gateway()
                .send(LIST.bearer(token)
                        .header("X-Keywarden-Token-Id", "forged")
                        .header("X-Keywarden-Tenant", "forged")
                        .header("x-keywarden-owner", "forged")
                        .header("x-keywarden-priority", "forged"));

        assertThatAnswer(answer).isAllowed();
        EchoUpstream.Received received = answer.received().orElseThrow();
        assertThat(received.header("x-keywarden-token-id")).containsExactly(token.id());
        assertThat(received.header("x-keywarden-tenant")).containsExactly(Shop.ACME);
        assertThat(received.whole()).doesNotContain("forged");
    }

    @Test
    void allow_restOfTheRequest_untouched() {
        IssuedToken maker = deployment.admin().issue(Shop.ACME, Shop.EVERYTHING);

        Answer answer = deployment
                .gateway()
                .send(RawRequest.of("POST", "/v1/orders?dry=run&n=%20")
                        .host(Shop.ACME_HOST)
                        .bearer(maker)
                        .header("X-Trace", "7")
                        .body("{\"sku\":1}"));

        EchoUpstream.Received received = answer.received().orElseThrow();
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.target()).isEqualTo("/v1/orders?dry=run&n=%20");
        assertThat(received.body()).isEqualTo("{\"sku\":1}");
        assertThat(received.header("x-trace")).containsExactly("7");
    }

    @Test
    @Answers(Reason.MISSING_CREDENTIAL)
    void refuse_noCredential_missing() {
        Answer answer = deployment.gateway().send(LIST);

        assertThatAnswer(answer).isChallenged("MISSING_CREDENTIAL").namesNoToken();
        assertThatAnswer(answer).isLoggedAs("DENY", "MISSING_CREDENTIAL").isLoggedWithoutToken();
        assertThat(answer.logged()).containsEntry("tenant", Shop.ACME);
    }

    @Test
    @Answers(Reason.MALFORMED_CREDENTIAL)
    void refuse_credentialOfAnotherForm_malformed() {
        Answer answer = deployment.gateway().send(LIST.header("Authorization", "Bearer letmein"));

        assertThatAnswer(answer)
                .isUnauthenticated("MALFORMED_CREDENTIAL", "invalid_request")
                .namesNoToken()
                .isLoggedAs("DENY", "MALFORMED_CREDENTIAL")
                .isLoggedWithoutToken();
    }

    @Test
    @Answers(Reason.DUPLICATE_CREDENTIAL)
    void refuse_twoCredentials_duplicate() {
        Answer answer = deployment.gateway().send(LIST.bearer(token).bearer(token));

        assertThatAnswer(answer)
                .isUnauthenticated("DUPLICATE_CREDENTIAL", "invalid_request")
                .namesNoToken()
                .isLoggedAs("DENY", "DUPLICATE_CREDENTIAL")
                .isLoggedWithoutToken();
    }

    @Test
    @Answers(Reason.INVALID_CREDENTIAL)
    void refuse_wrongSecret_invalid() {
        Answer answer =
                deployment.gateway().send(LIST.header("Authorization", "Bearer " + token.textWithWrongSecret()));

        assertThatAnswer(answer)
                .isUnauthenticated("INVALID_CREDENTIAL", "invalid_token")
                .namesNoToken()
                .isLoggedAs("DENY", "INVALID_CREDENTIAL")
                .isLoggedWithoutToken();
    }

    @Test
    void refuse_unknownTokenAndWrongSecret_lookAlike() {
        Answer wrongSecret =
                deployment.gateway().send(LIST.header("Authorization", "Bearer " + token.textWithWrongSecret()));
        IssuedToken madeUp = new IssuedToken("tenants/acme/tokens/" + "A".repeat(26), token.text());
        Answer unknownId =
                deployment.gateway().send(LIST.header("Authorization", "Bearer " + madeUp.textWithWrongSecret()));

        assertThat(unknownId.status()).isEqualTo(wrongSecret.status());
        assertThat(unknownId.body()).isEqualTo(wrongSecret.body());
        assertThat(unknownId.header("www-authenticate")).isEqualTo(wrongSecret.header("www-authenticate"));
    }

    @Test
    @Answers(Reason.WRONG_TENANT)
    void refuse_tokenOfAnotherTenant_wrongTenant() {
        IssuedToken rivals = deployment.admin().issue(Shop.RIVAL, Shop.EVERYTHING);

        Answer answer = deployment.gateway().send(LIST.bearer(rivals));

        assertThatAnswer(answer).isForbidden("WRONG_TENANT").namesToken(rivals);
        assertThat(answer.header("www-authenticate")).isEmpty();
        assertThatAnswer(answer).isLoggedAs("DENY", "WRONG_TENANT").isLoggedOf(Shop.RIVAL, rivals);
    }

    @Test
    @Answers(Reason.UNKNOWN_OPERATION)
    void refuse_pathOfNoOperation_unknown() {
        IssuedToken mighty = deployment.admin().issue(Shop.ACME, Shop.EVERYTHING);

        Answer answer = deployment
                .gateway()
                .send(RawRequest.get("/v1/nothing").host(Shop.ACME_HOST).bearer(mighty));

        assertThatAnswer(answer)
                .isForbidden("UNKNOWN_OPERATION")
                .namesToken(mighty)
                .isLoggedAs("DENY", "UNKNOWN_OPERATION")
                .isLoggedOf(Shop.ACME, mighty);
        assertThat(answer.header("www-authenticate")).isEmpty();
    }

    @Test
    @Answers(Reason.PERMISSION_DENIED)
    void refuse_operationWithoutGrant_denied() {
        Answer answer = deployment
                .gateway()
                .send(RawRequest.of("POST", "/v1/orders")
                        .host(Shop.ACME_HOST)
                        .bearer(token)
                        .body("{}"));

        assertThatAnswer(answer)
                .isForbidden("PERMISSION_DENIED")
                .namesToken(token)
                .isLoggedAs("DENY", "PERMISSION_DENIED")
                .isLoggedOf(Shop.ACME, token);
        assertThat(answer.header("www-authenticate"))
                .singleElement()
                .asString()
                .contains("error=\"insufficient_scope\"");
        assertThat(answer.json()).containsEntry("operation", "orders.create");
    }
}
