package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The Admin API as REST, on the listener that the shipped file has for it, and on no other. */
final class AdminRestIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final Pattern NAME = Pattern.compile("\"name\": ?\"(tenants/acme/tokens/[0-9A-Za-z]{26})\"");
    private static final Pattern SECRET = Pattern.compile("\"secret\": ?\"([^\"]+)\"");
    private static final String TOKENS = "/v1/tenants/acme/tokens";

    private Deployment deployment;

    @BeforeEach
    void deployment() {
        deployment = SHARED.get();
    }

    @Test
    void rest_createAndRevoke_tokenWorksAndEnds() {
        String body = "{\"displayName\":\"by REST\",\"grants\":[{\"module\":\"orders\",\"actions\":[\"READ\"]}]}";
        Answer created =
                deployment.gateway().sendToAdminRest(asOperator("POST", TOKENS).body(body));
        assertThat(created.status()).as(created.toString()).isEqualTo(200);
        IssuedToken token = new IssuedToken(first(NAME, created.body()), first(SECRET, created.body()));
        RawRequest list = RawRequest.get("/v1/orders").host(Shop.ACME_HOST).bearer(token);
        assertThatAnswer(deployment.gateway().send(list)).isAllowed();

        Answer revoked = deployment
                .gateway()
                .sendToAdminRest(
                        asOperator("POST", "/v1/" + token.name() + ":revoke").body("{\"reason\":\"COMPROMISED\"}"));

        assertThat(revoked.status()).as(revoked.toString()).isEqualTo(200);
        assertThatAnswer(deployment.gateway().send(list)).isUnauthenticated("REVOKED", "invalid_token");
        assertThat(token.runsIn(
                        deployment.gateway().log() + deployment.keywarden().log()))
                .isEmpty();
    }

    @Test
    void rest_noCredential_unauthenticated() {
        Answer answer =
                deployment.gateway().sendToAdminRest(RawRequest.get(TOKENS).host("localhost"));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).contains("MISSING_CREDENTIAL");
    }

    @Test
    void rest_tokenOfATenant_unauthenticated() {
        IssuedToken token = deployment.admin().issue(Shop.ACME, Shop.EVERYTHING);

        Answer answer = deployment
                .gateway()
                .sendToAdminRest(RawRequest.get(TOKENS).host("localhost").bearer(token));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(token.runsIn(answer.body())).isEmpty();
    }

    @Test
    void gateway_bootstrapToken_opensNothing() {
        Answer answer = deployment
                .gateway()
                .send(RawRequest.get("/v1/orders")
                        .host(Shop.ACME_HOST)
                        .header("Authorization", "Bearer " + deployment.admin().bootstrapToken()));

        assertThatAnswer(answer).isUnauthenticated("INVALID_CREDENTIAL", "invalid_token");
    }

    private RawRequest asOperator(String method, String target) {
        return RawRequest.of(method, target)
                .host("localhost")
                .header("Authorization", "Bearer " + deployment.admin().bootstrapToken())
                .header("Content-Type", "application/json");
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }
}
