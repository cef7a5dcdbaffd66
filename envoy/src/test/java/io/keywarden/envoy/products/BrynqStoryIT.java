package io.keywarden.envoy.products;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static io.keywarden.envoy.products.Product.may;
import static io.keywarden.envoy.products.Product.mayEverything;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.ClientSource;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.envoy.e2e.Answers;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.requirements.Requirement;
import io.keywarden.envoy.requirements.Requirement.Side;
import io.keywarden.policy.Reason;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** BrynQ: `SalureToken` with an opaque secret, a read-only tenant, tokens for some of its clients, secrets shown once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public final class BrynqStoryIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final String HOST = "brynq.platform.example";

    private Product brynq;

    @BeforeAll
    void open() {
        brynq = Product.open(
                SHARED.get(),
                "brynq",
                Tenant.newBuilder()
                        .addCredentialSources(CredentialSource.newBuilder()
                                .setAuthorizationScheme("SalureToken")
                                .setForm(CredentialSource.Form.OPAQUE))
                        .setClientSource(ClientSource.newBuilder().setPathVariable("client"))
                        .setTokenPolicy(TokenPolicy.newBuilder().addAllowedActions(Action.READ)),
                Module.newBuilder()
                        .setDisplayName("employees")
                        .addOperations(Product.operation("list", Action.READ, "GET", "/clients/{client}/employees"))
                        .addOperations(
                                Product.operation("create", Action.CREATE, "POST", "/clients/{client}/employees"))
                        .build());
    }

    @Test
    @Requirement(
            value = 25,
            side = {Side.ALLOWS, Side.REFUSES})
    void credential_ofAnySchemeWithAnOpaqueSecret_isTakenInItsTenantOnly() {
        Product.Key key = brynq.key(may("employees", Action.READ));
        assertThat(key.value()).matches("(?i)SalureToken [A-Za-z0-9]{43}");
        assertThatAnswer(brynq.send(key.on(employees("c1")))).isAllowed();
        assertThatAnswer(brynq.send(employees("c1").header("Authorization", "SalureToken abcd1234")))
                .isUnauthenticated("INVALID_CREDENTIAL", "invalid_token");
        assertThatAnswer(brynq.send(
                        key.on(RawRequest.get("/clients/c1/employees").host("nobody.example"))))
                .isChallenged("MISSING_CREDENTIAL");
    }

    @Test
    @Requirement(
            value = 21,
            side = {Side.ALLOWS, Side.REFUSES})
    void tenant_ofReadOnlyTokens_letsNobodyWrite() {
        Product.Key key = brynq.key(mayEverything());
        assertThatAnswer(brynq.send(key.on(employees("c1")))).isAllowed();
        assertThatAnswer(brynq.send(
                        key.on(RawRequest.of("POST", "/clients/c1/employees").host(HOST))))
                .isForbidden("PERMISSION_DENIED");
    }

    @Test
    @Requirement(value = 21, side = Side.REFUSES)
    void rights_beyondTheOwners_cannotBeGiven() {
        String dave = brynq.owner("dave", may("employees", Action.READ));
        assertThatThrownBy(() -> brynq.key(
                        Token.newBuilder().setOwner(dave).addGrants(may("employees", Action.READ, Action.CREATE))))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("PERMISSION_DENIED");
    }

    @Test
    @Answers(Reason.CLIENT_NOT_ALLOWED)
    @Requirement(
            value = 22,
            side = {Side.ALLOWS, Side.REFUSES})
    void token_forSomeClients_worksForTheseWhateverAHeaderSays() {
        Product.Key key =
                brynq.key(Token.newBuilder().addAllowedClients("c1").addGrants(may("employees", Action.READ)));
        Answer answer = brynq.send(key.on(employees("c1")));
        assertThatAnswer(answer).isAllowed();
        assertThat(answer.received().orElseThrow().header("x-keywarden-client")).containsExactly("c1");
        assertThatAnswer(brynq.send(key.on(employees("c2")))).isForbidden("CLIENT_NOT_ALLOWED");
        assertThatAnswer(brynq.send(key.on(employees("c2").header("X-Keywarden-Client", "c1"))))
                .isForbidden("CLIENT_NOT_ALLOWED");
    }

    @Test
    @Requirement(value = 23, side = Side.ALLOWS)
    void token_withoutAnEnd_doesNotExpire() {
        Product.Key key = brynq.key(may("employees", Action.READ));
        assertThat(key.token().hasExpireTime()).isFalse();
        assertThatAnswer(brynq.send(key.on(employees("c1")))).isAllowed();
    }

    @Test
    @Requirement(
            value = 24,
            side = {Side.ALLOWS, Side.REFUSES})
    void secret_onceShown_isInNoLaterAnswer() {
        Product.Key key = brynq.key(may("employees", Action.READ));
        String secret = key.value().substring("SalureToken ".length());
        Token later = brynq.deployment()
                .admin()
                .tokens()
                .getToken(GetTokenRequest.newBuilder()
                        .setName(key.token().getName())
                        .build())
                .getToken();
        assertThat(later.toString()).doesNotContain(secret);
        assertThatAnswer(brynq.send(key.on(employees("c1")))).isAllowed();
        assertThatAnswer(brynq.send(employees("c1").header("Authorization", "SalureToken " + later.getName())))
                .isUnauthenticated("INVALID_CREDENTIAL", "invalid_token");
    }

    private static RawRequest employees(String client) {
        return RawRequest.get("/clients/" + client + "/employees").host(HOST);
    }
}
