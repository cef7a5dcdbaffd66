package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.SystemTokens.SYSTEM;
import static io.keywarden.admin.SystemTokens.module;
import static io.keywarden.admin.SystemTokens.operation;
import static io.keywarden.admin.SystemTokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import io.grpc.Channel;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTenantRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.ListTenantsRequest;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.UndeleteTokenRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.CountryLookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SystemTokenTest {
    private static final Grant LIST = operation("ListTokens", "*");

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @Test
    void systemTenant_newStore_thereButInNoList() {
        Tenant system = admin.tenants()
                .getTenant(GetTenantRequest.newBuilder().setName(SYSTEM).build())
                .getTenant();
        assertThat(system.getState()).isEqualTo(Tenant.State.ACTIVE);
        assertThat(system.getHostsList()).isEmpty();
        assertThat(admin.tenants()
                        .listTenants(ListTenantsRequest.getDefaultInstance())
                        .getTenantsList())
                .isEmpty();
    }

    @Test
    void systemTenant_startedAgain_keptAsItIs() throws Exception {
        List<Object> before = admin.store.inner().contents();
        admin.restart();
        assertThat(admin.store.inner().contents()).isEqualTo(before);
    }

    @Test
    void systemTenant_changed_refused() {
        ThrowingCallable disable = () -> admin.tenants()
                .disableTenant(DisableTenantRequest.newBuilder().setName(SYSTEM).build());
        ThrowingCallable enable = () -> admin.tenants()
                .enableTenant(EnableTenantRequest.newBuilder().setName(SYSTEM).build());
        assertThat(failure(disable).fields()).containsExactly("name");
        assertThat(failure(enable).fields()).containsExactly("name");
        assertThat(failure(() -> admin.tenants().createTenant(Fixtures.tenant("system")))
                        .fields())
                .contains("tenant_id");
    }

    @Test
    void createToken_grants_areToldBack() {
        Token made = make(LIST, module(List.of(Action.READ, Action.EDIT), "tenants/acme", "tenants/other"))
                .getToken();
        assertThat(made.getGrantsList())
                .containsExactly(LIST, module(List.of(Action.READ, Action.EDIT), "tenants/acme", "tenants/other"));
    }

    @Test
    void createToken_grantsOfAnotherKind_refused() {
        assertThat(fields(Grant.newBuilder().setOperation("keywarden.ListTokens")))
                .containsExactly("token.grants[0].tenants");
        assertThat(fields(operation("Nothing", "*").toBuilder())).containsExactly("token.grants[0].operation");
        assertThat(fields(LIST.toBuilder().setOperation("orders.list"))).containsExactly("token.grants[0].operation");
        assertThat(fields(module(List.of(Action.READ), "*").toBuilder().setModule("orders")))
                .containsExactly("token.grants[0].module");
        assertThat(fields(module(List.of(), "*").toBuilder())).containsExactly("token.grants[0].actions");
        assertThat(fields(Grant.newBuilder()
                        .setAllModules(true)
                        .addActions(Action.READ)
                        .addTenants("*")))
                .containsExactly("token.grants[0]");
        assertThat(fields(operation("ListTokens", "acme").toBuilder())).containsExactly("token.grants[0].tenants");
        assertThat(fields(operation("ListTokens", "*", "*").toBuilder())).containsExactly("token.grants[0].tenants");
        assertThat(fields(module(List.of(Action.READ), "tenants/system").toBuilder()))
                .containsExactly("token.grants[0].tenants");
    }

    @Test
    void createToken_tenantsInAnotherTenant_refused() {
        Fixtures.shop(admin);
        Grant grant = Grant.newBuilder()
                .setModule("orders")
                .addActions(Action.READ)
                .addTenants("*")
                .build();
        Failure failure = failure(() -> admin.tokens()
                .createToken(Fixtures.createToken(token("x", List.of(grant))).build()));
        assertThat(failure.fields()).containsExactly("token.grants[0].tenants");
    }

    @Test
    void moduleGrant_anyTenant_coversItsActionsOnly() {
        Fixtures.shop(admin);
        Channel reader = SystemTokens.with(admin, module(List.of(Action.READ), "*"));
        assertThat(list(reader, "tenants/acme")).isEmpty();
        assertThat(failure(() -> TenantServiceGrpc.newBlockingStub(reader)
                                .disableTenant(DisableTenantRequest.newBuilder()
                                        .setName("tenants/acme")
                                        .build()))
                        .what())
                .isEqualTo("PERMISSION_DENIED ROLE_MISSING");
        assertThat(failure(() -> list(reader, SYSTEM)).what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING");
    }

    @Test
    void history_callOfASystemToken_namesIt() {
        Fixtures.shop(admin);
        CreateTokenResponse made = make(operation("DisableTenant", "tenants/acme"));
        TenantServiceGrpc.newBlockingStub(as(made))
                .disableTenant(DisableTenantRequest.newBuilder()
                        .setName("tenants/acme")
                        .build());
        RecordKey key = new OwnedTokens(admin).acme().stored().key();
        EventRecord event = admin.history(key).get(admin.history(key).size() - 1);
        assertThat(event.getPrincipal()).isEqualTo(made.getToken().getName());
        assertThat(event.getActingOwner()).isEmpty();
    }

    @Test
    void credential_tokenThatDoesNotWork_refusedWithTheReasonOfACheck() {
        CreateTokenResponse made = make(LIST);
        String name = made.getToken().getName();
        assertThat(list(as(made), "tenants/acme", "NOT_FOUND TENANT_NOT_FOUND")).isTrue();
        admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder().setName(name).build());
        assertThat(list(as(made), "tenants/acme", "UNAUTHENTICATED DISABLED")).isTrue();
        admin.tokens().revokeToken(RevokeTokenRequest.newBuilder().setName(name).build());
        assertThat(list(as(made), "tenants/acme", "UNAUTHENTICATED REVOKED")).isTrue();
        CreateTokenResponse ended = make(token("ends", List.of(LIST))
                .setExpireTime(RecordWrites.timestamp(admin.clock.instant().plusSeconds(60))));
        admin.clock.advance(Duration.ofMinutes(2));
        assertThat(list(as(ended), "tenants/acme", "UNAUTHENTICATED EXPIRED")).isTrue();
    }

    @Test
    void credential_wrongSecretOrUnknownId_lookAlike() {
        CreateTokenResponse made = make(LIST);
        TokenText right = TokenText.parse(made.getPlain().getSecret()).orElseThrow();
        String wrong = TokenText.format("kwsystem", right.id(), TokenSecret.random(admin.random));
        String unknown = TokenText.format("kwsystem", new TokenId("0".repeat(26)), TokenSecret.random(admin.random));
        assertThat(list(admin.as("Bearer " + wrong), SYSTEM, "UNAUTHENTICATED INVALID_CREDENTIAL"))
                .isTrue();
        assertThat(list(admin.as("Bearer " + unknown), SYSTEM, "UNAUTHENTICATED INVALID_CREDENTIAL"))
                .isTrue();
    }

    @Test
    void credential_madeUpId_costsNoRead() {
        make(LIST);
        admin.store.inner().setAway(true);
        String unknown = TokenText.format("kwsystem", new TokenId("0".repeat(26)), TokenSecret.random(admin.random));
        assertThat(list(admin.as("Bearer " + unknown), SYSTEM, "UNAUTHENTICATED INVALID_CREDENTIAL"))
                .isTrue();
        admin.store.inner().setAway(false);
    }

    @Test
    void credential_storeAway_cannotTell() {
        CreateTokenResponse made = make(LIST);
        admin.store.inner().setAway(true);
        assertThat(list(as(made), SYSTEM, "UNAVAILABLE STORE_UNAVAILABLE")).isTrue();
        admin.store.inner().setAway(false);
    }

    @Test
    void credential_ofAnotherTenant_refused() {
        Fixtures.shop(admin);
        CreateTokenResponse made = Fixtures.make(admin, Fixtures.createToken(Fixtures.token("CI")));
        assertThat(list(as(made), "tenants/acme", "UNAUTHENTICATED WRONG_TENANT"))
                .isTrue();
    }

    @Test
    void credential_allowedAddresses_judgedByThePeer() {
        CreateTokenResponse made = make(LIST);
        OwnedTokens tokens = new OwnedTokens(admin);
        tokens.changeToken(made.getToken().getName(), token -> token.addAllowedCidrs("10.0.0.0/8"));
        assertThat(list(as(made), SYSTEM, "UNAUTHENTICATED IP_NOT_ALLOWED")).isTrue();
        assertThat(prove(made, "10.1.2.3", CountryLookup.NONE).principal())
                .isEqualTo(made.getToken().getName());
        assertThat(reason(() -> prove(made, "192.0.2.1", CountryLookup.NONE))).isEqualTo("IP_NOT_ALLOWED");
    }

    @Test
    void credential_allowedCountries_judgedByThePeer() {
        CreateTokenResponse made = make(LIST);
        new OwnedTokens(admin).changeToken(made.getToken().getName(), token -> token.addAllowedCountries("NL"));
        assertThat(prove(made, "10.1.2.3", address -> Optional.of("NL")).peer()).isEqualTo("10.1.2.3");
        assertThat(reason(() -> prove(made, "10.1.2.3", address -> Optional.of("BE"))))
                .isEqualTo("COUNTRY_NOT_ALLOWED");
        assertThat(reason(() -> prove(made, "10.1.2.3", CountryLookup.NONE))).isEqualTo("COUNTRY_NOT_ALLOWED");
    }

    @Test
    void credential_inShadow_refusedAllTheSame() {
        CreateTokenResponse made = make(LIST);
        Instant later = admin.clock.instant().plusSeconds(600);
        new OwnedTokens(admin)
                .changeToken(
                        made.getToken().getName(),
                        token -> token.addAllowedCidrs("10.0.0.0/8").setShadowUntil(RecordWrites.timestamp(later)));
        assertThat(list(as(made), SYSTEM, "UNAUTHENTICATED IP_NOT_ALLOWED")).isTrue();
    }

    @Test
    void createToken_inSystem_withinTheCallersRights() {
        Grant create = operation("CreateToken", SYSTEM);
        Channel caller = SystemTokens.with(
                admin, create, operation("GetToken", "tenants/acme"), module(List.of(Action.EDIT), "*"));
        assertThat(SystemTokens.make(
                                admin, caller, token("same", List.of(create, operation("GetToken", "tenants/acme"))))
                        .getToken()
                        .getGrantsCount())
                .isEqualTo(2);
        SystemTokens.make(admin, caller, token("less", List.of(operation("DisableToken", "*"))));
        SystemTokens.make(admin, caller, token("for one", List.of(module(List.of(Action.EDIT), "tenants/x"))));
        for (Grant beyond : List.of(
                operation("GetToken", "tenants/other"),
                operation("GetToken", "*"),
                operation("RevokeToken", "tenants/acme"),
                operation("DisableToken", SYSTEM),
                operation("ActAs", "tenants/acme"),
                module(List.of(Action.READ), "tenants/acme"))) {
            assertThat(failure(() -> SystemTokens.make(admin, caller, token("more", List.of(beyond))))
                            .what())
                    .as(beyond.toString())
                    .isEqualTo("PERMISSION_DENIED BEYOND_CALLER");
        }
    }

    @Test
    void updateToken_inSystem_widerLimitsWithinTheCallersRights() {
        CreateTokenResponse administrators = make(operation("RevokeToken", "*"));
        String name = administrators.getToken().getName();
        Timestamp yesterday = RecordWrites.timestamp(admin.clock.instant().minusSeconds(86_400));
        new OwnedTokens(admin).changeToken(name, token -> token.setExpireTime(yesterday));
        UpdateTokenRequest clear = UpdateTokenRequest.newBuilder()
                .setToken(Token.newBuilder().setName(name))
                .setUpdateMask(FieldMask.newBuilder().addPaths("expire_time"))
                .build();
        Channel without = SystemTokens.with(admin, operation("UpdateToken", SYSTEM));
        assertThat(failure(() -> TokenServiceGrpc.newBlockingStub(without).updateToken(clear))
                        .what())
                .isEqualTo("PERMISSION_DENIED BEYOND_CALLER");
        assertThat(admin.tokens().updateToken(clear).getToken().hasExpireTime()).isFalse();
    }

    @Test
    void createToken_inSystem_withinTheLimitsOfTheCallersToken() {
        Channel root = admin.as("Bearer " + admin.bootstrapToken());
        Grant create = operation("CreateToken", SYSTEM);
        Timestamp tomorrow = RecordWrites.timestamp(admin.clock.instant().plusSeconds(86_400));
        Channel limited = admin.as("Bearer "
                + SystemTokens.make(
                                admin, root, token("limited", List.of(create)).setExpireTime(tomorrow))
                        .getPlain()
                        .getSecret());
        assertThat(failure(() -> SystemTokens.make(admin, limited, token("for ever", List.of(create))))
                        .what())
                .isEqualTo("PERMISSION_DENIED BEYOND_CALLER");
        SystemTokens.make(admin, limited, token("as long", List.of(create)).setExpireTime(tomorrow));
    }

    @Test
    void rotateToken_inSystem_withinTheCallersRights() {
        String name = make(operation("RevokeToken", "*")).getToken().getName();
        RotateTokenRequest rotate =
                RotateTokenRequest.newBuilder().setName(name).build();
        Channel without = SystemTokens.with(admin, operation("RotateToken", SYSTEM));
        assertThat(failure(() -> TokenServiceGrpc.newBlockingStub(without).rotateToken(rotate))
                        .what())
                .isEqualTo("PERMISSION_DENIED BEYOND_CALLER");
    }

    @Test
    void undeleteToken_inSystem_withinTheCallersRights() {
        String name = make(operation("RevokeToken", "*")).getToken().getName();
        admin.tokens().deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
        UndeleteTokenRequest undelete =
                UndeleteTokenRequest.newBuilder().setName(name).build();
        Channel without = SystemTokens.with(admin, operation("UndeleteToken", SYSTEM));
        assertThat(failure(() -> TokenServiceGrpc.newBlockingStub(without).undeleteToken(undelete))
                        .what())
                .isEqualTo("PERMISSION_DENIED BEYOND_CALLER");
    }

    @Test
    void enableToken_inSystem_withinTheCallersRights() {
        String name = make(operation("RevokeToken", "*")).getToken().getName();
        admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder().setName(name).build());
        EnableTokenRequest enable =
                EnableTokenRequest.newBuilder().setName(name).build();
        Channel without = SystemTokens.with(admin, operation("EnableToken", SYSTEM));
        assertThat(failure(() -> TokenServiceGrpc.newBlockingStub(without).enableToken(enable))
                        .what())
                .isEqualTo("PERMISSION_DENIED BEYOND_CALLER");
        // The display name of the other one is taken.
        Channel root = admin.as("Bearer " + admin.bootstrapToken());
        Channel with = admin.as("Bearer "
                + SystemTokens.make(
                                admin,
                                root,
                                token("with", List.of(operation("EnableToken", SYSTEM), operation("RevokeToken", "*"))))
                        .getPlain()
                        .getSecret());
        assertThat(TokenServiceGrpc.newBlockingStub(with)
                        .enableToken(enable)
                        .getToken()
                        .getState())
                .isEqualTo(Token.State.ACTIVE);
    }

    private Caller prove(CreateTokenResponse made, String peer, CountryLookup countries) {
        AdminKeys keys = new AdminKeys(
                admin.keys.signer(),
                admin.keys.signingIds(),
                admin.keys.tagKeys(),
                admin.keys.hasher(),
                admin.keys.sealer());
        TokenText text = TokenText.parse(made.getPlain().getSecret()).orElseThrow();
        return new TokenCallers(admin.fresh(), keys, countries, admin.clock).prove(text, peer, TokenCallers.Use.ANY);
    }

    private static String reason(ThrowingCallable call) {
        AdminException thrown = org.assertj.core.api.Assertions.catchThrowableOfType(AdminException.class, call);
        return thrown.failure().reasonName();
    }

    private CreateTokenResponse make(Grant... grants) {
        return make(token("made " + admin.random.nextInt(), List.of(grants)));
    }

    private CreateTokenResponse make(Token.Builder token) {
        return SystemTokens.make(admin, admin.as("Bearer " + admin.bootstrapToken()), token);
    }

    private List<String> fields(Grant.Builder grant) {
        return failure(() -> make(token("x", List.of(grant.build())))).fields();
    }

    private Channel as(CreateTokenResponse made) {
        return admin.as("Bearer " + made.getPlain().getSecret());
    }

    private static List<Token> list(Channel channel, String parent) {
        return TokenServiceGrpc.newBlockingStub(channel)
                .listTokens(ListTokensRequest.newBuilder().setParent(parent).build())
                .getTokensList();
    }

    private static boolean list(Channel channel, String parent, String expected) {
        assertThat(failure(() -> list(channel, parent)).what()).isEqualTo(expected);
        return true;
    }
}
