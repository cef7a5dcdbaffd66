package io.keywarden.envoy.products;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static io.keywarden.envoy.products.Product.may;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.DescribedRequest;
import io.keywarden.admin.v1.ExplainRequest;
import io.keywarden.admin.v1.ExplainResponse;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.requirements.Requirement;
import io.keywarden.envoy.requirements.Requirement.Side;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** oboloo: bearer tokens at the company's own host, tried from a page of the documentation, refused for a clear reason. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ObolooStoryIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final String HOST = "oboloo.platform.example";
    private static final RawRequest SUPPLIERS = RawRequest.get("/suppliers").host(HOST);

    private Product oboloo;

    @BeforeAll
    void open() {
        oboloo = Product.open(
                SHARED.get(),
                "oboloo",
                Tenant.newBuilder()
                        .setAllowCorsPreflight(true)
                        .addCredentialSources(CredentialSource.newBuilder()
                                .setAuthorizationScheme("Bearer")
                                .setForm(CredentialSource.Form.TOKEN))
                        .addCredentialSources(CredentialSource.newBuilder()
                                .setHeader("x-api-key")
                                .setForm(CredentialSource.Form.TOKEN)),
                Product.module("suppliers", "/suppliers"));
    }

    @Test
    @Requirement(
            value = 28,
            side = {Side.ALLOWS, Side.REFUSES})
    void page_ofAnotherOrigin_canAskAndReadARefusal() {
        RawRequest preflight = RawRequest.of("OPTIONS", "/suppliers")
                .host(HOST)
                .header("Origin", "https://docs.example")
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "authorization");
        assertThatAnswer(oboloo.send(preflight)).isAllowed();
        Answer refused = oboloo.send(SUPPLIERS.header("Origin", "https://docs.example"));
        assertThatAnswer(refused).isChallenged("MISSING_CREDENTIAL");
        assertThat(refused.header("access-control-allow-origin")).containsExactly("*");
        assertThat(refused.header("access-control-allow-credentials")).isEmpty();
    }

    @Test
    @Requirement(
            value = 29,
            side = {Side.ALLOWS, Side.REFUSES})
    void answer_toAWrongSecretARefreshedAndARevokedToken_saysWhich() {
        Product.Key key = oboloo.key(may("suppliers", Action.READ));
        assertThatAnswer(oboloo.send(key.on(SUPPLIERS))).isAllowed();
        String wrong = key.secret().substring(0, key.secret().length() - 20) + "A".repeat(20);
        assertThat(oboloo.send(SUPPLIERS.header("Authorization", "Bearer " + wrong))
                        .status())
                .isEqualTo(401);
        Product.Key fresh = oboloo.rotated(key, RotateTokenRequest.newBuilder().setGracePeriod(Durations.ZERO));
        assertThatAnswer(oboloo.send(key.on(SUPPLIERS))).isUnauthenticated("SECRET_ROTATED", "invalid_token");
        revoke(key);
        assertThatAnswer(oboloo.send(fresh.on(SUPPLIERS))).isUnauthenticated("REVOKED", "invalid_token");
    }

    @Test
    @Requirement(
            value = 26,
            side = {Side.ALLOWS, Side.REFUSES})
    void token_refreshedByHand_theOldSecretDiesAtOnce() {
        Product.Key key = oboloo.key(may("suppliers", Action.READ));
        assertThatAnswer(oboloo.send(key.on(SUPPLIERS))).isAllowed();
        Product.Key fresh = oboloo.rotated(key, RotateTokenRequest.newBuilder().setGracePeriod(Durations.ZERO));
        assertThatAnswer(oboloo.send(fresh.on(SUPPLIERS))).isAllowed();
        assertThatAnswer(oboloo.send(key.on(SUPPLIERS))).isUnauthenticated("SECRET_ROTATED", "invalid_token");
    }

    @Test
    @Requirement(
            value = 30,
            side = {Side.ALLOWS, Side.REFUSES})
    void token_revoked_worksForNoRequestThatComesLater() {
        Product.Key key = oboloo.key(may("suppliers", Action.READ));
        assertThatAnswer(oboloo.send(key.on(SUPPLIERS))).isAllowed();
        revoke(key);
        assertThatAnswer(oboloo.send(key.on(SUPPLIERS))).isUnauthenticated("REVOKED", "invalid_token");
    }

    @Test
    @Requirement(
            value = 31,
            side = {Side.ALLOWS, Side.REFUSES})
    void credential_inTheTenantsPlaces_isTakenInOneOfThemAndHidden() {
        Product.Key key = oboloo.key(may("suppliers", Action.READ));
        Answer own = oboloo.send(SUPPLIERS.header("X-API-Key", key.secret()));
        assertThatAnswer(own).isAllowed();
        assertThat(own.received().orElseThrow().whole()).doesNotContain(key.secret());
        assertThatAnswer(oboloo.send(SUPPLIERS.header("Cookie", "key=" + key.secret())))
                .isChallenged("MISSING_CREDENTIAL");
        assertThatAnswer(oboloo.send(key.on(SUPPLIERS).header("X-API-Key", key.secret())))
                .isUnauthenticated("DUPLICATE_CREDENTIAL", "invalid_request");
    }

    /** What an explanation says of a request is what Envoy then answers to it, before and after it was mended. */
    @Test
    @Requirement(
            value = 28,
            side = {Side.ALLOWS, Side.REFUSES})
    void request_explainedBeforeItIsSent_comesOutAsExplained() {
        Product.Key key = oboloo.key(may("suppliers", Action.READ));
        assertThat(explain(key, "GET").getVerdict()).isEqualTo(ExplainResponse.Verdict.ALLOW);
        assertThatAnswer(oboloo.send(key.on(SUPPLIERS))).isAllowed();
        ExplainResponse refused = explain(key, "POST");
        assertThat(refused.getReason()).isEqualTo("PERMISSION_DENIED");
        RawRequest post = RawRequest.of("POST", "/suppliers").host(HOST);
        assertThatAnswer(oboloo.send(key.on(post))).isForbidden("PERMISSION_DENIED");
        oboloo.deployment()
                .admin()
                .tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(key.token().toBuilder().addGrants(refused.getMissingGrant()))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("grants"))
                        .setWait(true)
                        .build());
        assertThat(explain(key, "POST").getVerdict()).isEqualTo(ExplainResponse.Verdict.ALLOW);
        assertThatAnswer(oboloo.send(key.on(post))).isAllowed();
    }

    private ExplainResponse explain(Product.Key key, String method) {
        String tenant = key.token().getName().substring(0, key.token().getName().indexOf("/tokens/"));
        return oboloo.deployment()
                .admin()
                .access()
                .explain(ExplainRequest.newBuilder()
                        .setParent(tenant)
                        .setDescribedRequest(DescribedRequest.newBuilder()
                                .setMethod(method)
                                .setHost(HOST)
                                .setPath("/suppliers")
                                .addHeaders(DescribedRequest.Header.newBuilder()
                                        .setName("authorization")
                                        .setValue("Bearer " + key.secret())))
                        .build());
    }

    private void revoke(Product.Key key) {
        oboloo.deployment()
                .admin()
                .tokens()
                .revokeToken(RevokeTokenRequest.newBuilder()
                        .setName(key.token().getName())
                        .setWait(true)
                        .build());
    }
}
