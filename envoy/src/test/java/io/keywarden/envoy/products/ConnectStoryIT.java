package io.keywarden.envoy.products;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static io.keywarden.envoy.products.Product.may;
import static io.keywarden.envoy.products.Product.mayEverything;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.FieldMask;
import io.grpc.StatusRuntimeException;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.PlainSecret;
import io.keywarden.admin.v1.RevealSecretRequest;
import io.keywarden.admin.v1.RevealSecretResponse;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.TokenType;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.requirements.Requirement;
import io.keywarden.envoy.requirements.Requirement.Side;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connect: `ApiKey id:secret` with a customer's own id, types with default rights, lists, details and edits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConnectStoryIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final String HOST = "connect.platform.example";
    private static final RawRequest AGREEMENTS = RawRequest.get("/agreements/").host(HOST);

    private Product connect;

    @BeforeAll
    void open() {
        connect = Product.open(
                SHARED.get(),
                "connect",
                Tenant.newBuilder()
                        .addCredentialSources(CredentialSource.newBuilder()
                                .setAuthorizationScheme("ApiKey")
                                .setForm(CredentialSource.Form.ID_AND_SECRET))
                        .setTokenPolicy(TokenPolicy.newBuilder()
                                .setSecretVisibility(SecretVisibility.RECOVERABLE)
                                .addTokenTypes(TokenType.newBuilder()
                                        .setId("reader")
                                        .addDefaultGrants(may("agreements", Action.READ)))),
                Product.module("agreements", "/agreements"),
                Product.module("parties", "/parties"));
    }

    @Test
    @Requirement(
            value = 11,
            side = {Side.ALLOWS, Side.REFUSES})
    void credential_withACustomersOwnId_isTakenWithTheRightSecretOnly() {
        Product.Key key = connect.key(
                Token.newBuilder().setCredentialId("SU-160-984-311").addGrants(may("agreements", Action.READ)));
        String secret = key.value().substring(key.value().indexOf(':') + 1);
        RawRequest own = AGREEMENTS.header("Authorization", "ApiKey SU-160-984-311:" + secret);
        assertThatAnswer(connect.send(own)).isAllowed();
        assertThatAnswer(connect.send(key.on(AGREEMENTS))).isAllowed();
        assertThatAnswer(connect.send(
                        AGREEMENTS.header("Authorization", "ApiKey SU-160-984-311:" + secret.substring(1) + "x")))
                .isUnauthenticated("INVALID_CREDENTIAL", "invalid_token");
        assertThatAnswer(connect.send(AGREEMENTS.header("Authorization", "ApiKey SU-160-984-312:" + secret)))
                .isUnauthenticated("INVALID_CREDENTIAL", "invalid_token");
        assertThatThrownBy(() -> connect.key(Token.newBuilder().setCredentialId("SU-160-984-311")))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("ALREADY_EXISTS");
    }

    @Test
    @Requirement(
            value = 7,
            side = {Side.ALLOWS, Side.REFUSES})
    void type_withDefaultRights_givesThemAndNoMore() {
        Product.Key key = connect.key(Token.newBuilder().setType("reader"));
        assertThat(key.token().getGrantsList()).containsExactly(may("agreements", Action.READ));
        assertThatAnswer(connect.send(key.on(AGREEMENTS))).isAllowed();
        assertThatAnswer(connect.send(key.on(RawRequest.get("/parties").host(HOST))))
                .isForbidden("PERMISSION_DENIED");
        assertThat(rights(key))
                .containsExactly(Map.entry("agreements", List.of(Action.READ)), Map.entry("parties", List.of()));
        Product.Key all = connect.key(mayEverything());
        assertThatAnswer(connect.send(all.on(RawRequest.get("/parties").host(HOST))))
                .isAllowed();
    }

    private List<Map.Entry<String, List<Action>>> rights(Product.Key key) {
        return connect
                .deployment()
                .admin()
                .tokens()
                .getToken(GetTokenRequest.newBuilder()
                        .setName(key.token().getName())
                        .setView(GetTokenRequest.View.FULL)
                        .build())
                .getModulesList()
                .stream()
                .map(module -> Map.entry(module.getDisplayName(), module.getActionsList()))
                .toList();
    }

    @Test
    @Requirement(
            value = 10,
            side = {Side.ALLOWS, Side.REFUSES})
    void key_viewedLater_isTheOneThatWorksWhereTheTenantKeepsIt() {
        Product.Key key = connect.key(mayEverything());
        PlainSecret viewed = reveal(key).getPlain();
        assertThat(viewed.getAuthorization()).isEqualTo(key.value());
        assertThatAnswer(connect.send(AGREEMENTS.header(viewed.getHeader(), viewed.getAuthorization())))
                .isAllowed();
        Product.Key rotated = connect.rotated(key, RotateTokenRequest.newBuilder());
        assertThat(reveal(key).getPlain().getAuthorization()).isEqualTo(rotated.value());

        Product others = Product.open(SHARED.get(), "shown-once", Tenant.newBuilder());
        Product.Key other = others.key(mayEverything());
        assertThatThrownBy(() -> reveal(other))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("FAILED_PRECONDITION");
    }

    private RevealSecretResponse reveal(Product.Key key) {
        return connect.deployment()
                .admin()
                .tokens()
                .revealSecret(RevealSecretRequest.newBuilder()
                        .setName(key.token().getName())
                        .build());
    }

    @Test
    @Requirement(
            value = 8,
            side = {Side.ALLOWS, Side.REFUSES})
    void token_listedDisabledEnabledAndDeleted_worksAsItsStateSays() {
        Product.Key key = connect.key(mayEverything());
        String name = key.token().getName();
        assertThat(connect.deployment()
                        .admin()
                        .tokens()
                        .listTokens(ListTokensRequest.newBuilder()
                                .setParent(connect.parent())
                                .setPageSize(1000)
                                .build())
                        .getTokensList())
                .extracting(Token::getName)
                .contains(name);
        connect.deployment()
                .admin()
                .tokens()
                .disableToken(DisableTokenRequest.newBuilder()
                        .setName(name)
                        .setWait(true)
                        .build());
        assertThatAnswer(connect.send(key.on(AGREEMENTS))).isUnauthenticated("DISABLED", "invalid_token");
        connect.deployment()
                .admin()
                .tokens()
                .enableToken(EnableTokenRequest.newBuilder().setName(name).build());
        assertThatAnswer(connect.send(key.on(AGREEMENTS))).isAllowed();
        connect.deployment()
                .admin()
                .tokens()
                .deleteToken(DeleteTokenRequest.newBuilder()
                        .setName(name)
                        .setWait(true)
                        .build());
        assertThatAnswer(connect.send(key.on(AGREEMENTS))).isUnauthenticated("DELETED", "invalid_token");
    }

    @Test
    @Requirement(
            value = 9,
            side = {Side.ALLOWS, Side.REFUSES})
    void token_edited_hasTheNewRightsAndOnlyOneWriterWins() {
        Product.Key key = connect.key(may("parties", Action.READ));
        assertThatAnswer(connect.send(key.on(AGREEMENTS))).isForbidden("PERMISSION_DENIED");
        Token before = connect.deployment()
                .admin()
                .tokens()
                .getToken(GetTokenRequest.newBuilder()
                        .setName(key.token().getName())
                        .build())
                .getToken();
        UpdateTokenRequest edit = UpdateTokenRequest.newBuilder()
                .setToken(Token.newBuilder()
                        .setName(before.getName())
                        .setEtag(before.getEtag())
                        .addGrants(may("agreements", Action.READ)))
                .setUpdateMask(FieldMask.newBuilder().addPaths("grants"))
                .setWait(true)
                .build();
        connect.deployment().admin().tokens().updateToken(edit);
        assertThatAnswer(connect.send(key.on(AGREEMENTS))).isAllowed();
        assertThatThrownBy(() -> connect.deployment().admin().tokens().updateToken(edit))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("ABORTED");
    }
}
