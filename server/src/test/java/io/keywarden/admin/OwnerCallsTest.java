package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.SystemTokens.operation;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.EndGracePeriodRequest;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.UndeleteTokenRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.StoredAction;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Owners who call for themselves, and callers who call for an owner. */
final class OwnerCallsTest {
    private static final String JANE = "tenants/acme/owners/jane";
    private static final Map<String, BiFunction<Channel, String, Message>> ABOUT_A_TOKEN = Map.of(
            "GetToken",
                    (channel, name) -> TokenServiceGrpc.newBlockingStub(channel)
                            .getToken(GetTokenRequest.newBuilder().setName(name).build()),
            "DisableToken",
                    (channel, name) -> TokenServiceGrpc.newBlockingStub(channel)
                            .disableToken(DisableTokenRequest.newBuilder()
                                    .setName(name)
                                    .build()),
            "EnableToken",
                    (channel, name) -> TokenServiceGrpc.newBlockingStub(channel)
                            .enableToken(EnableTokenRequest.newBuilder()
                                    .setName(name)
                                    .build()),
            "RotateToken",
                    (channel, name) -> TokenServiceGrpc.newBlockingStub(channel)
                            .rotateToken(RotateTokenRequest.newBuilder()
                                    .setName(name)
                                    .build()),
            "EndGracePeriod",
                    (channel, name) -> TokenServiceGrpc.newBlockingStub(channel)
                            .endGracePeriod(EndGracePeriodRequest.newBuilder()
                                    .setName(name)
                                    .build()),
            "RevokeToken",
                    (channel, name) -> TokenServiceGrpc.newBlockingStub(channel)
                            .revokeToken(RevokeTokenRequest.newBuilder()
                                    .setName(name)
                                    .build()),
            "DeleteToken",
                    (channel, name) -> TokenServiceGrpc.newBlockingStub(channel)
                            .deleteToken(DeleteTokenRequest.newBuilder()
                                    .setName(name)
                                    .build()),
            "UndeleteToken",
                    (channel, name) -> TokenServiceGrpc.newBlockingStub(channel)
                            .undeleteToken(UndeleteTokenRequest.newBuilder()
                                    .setName(name)
                                    .build()));

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private final OwnedTokens owned = new OwnedTokens(admin);
    private Optional<Entry<OwnerRecord>> jane = Optional.empty();
    private String callingName = "";
    private String janes = "";
    private String johns = "";
    private String nobodys = "";
    private Optional<Channel> calling = Optional.empty();

    @BeforeEach
    void makeOwners() {
        Fixtures.shop(admin);
        owned.changeTenant(tenant -> tenant.setOwnerSelfService(true));
        GrantRecord all = GrantRecord.newBuilder()
                .setAllModules(true)
                .addActions(StoredAction.READ)
                .build();
        jane = Optional.of(owned.owner("jane", List.of(all)));
        CreateTokenResponse made = owned.token("calling", jane.get());
        callingName = made.getToken().getName();
        this.calling = Optional.of(admin.as("Bearer " + made.getPlain().getSecret()));
        janes = owned.token("jane's", jane.get()).getToken().getName();
        johns = owned.token("john's", owned.owner("john", List.of())).getToken().getName();
        nobodys = Fixtures.make(admin, Fixtures.createToken(Fixtures.token("a service")))
                .getToken()
                .getName();
        admin.acting = (tenant, owner) -> jane.filter(found -> tenant.equals("acme") && owner.equals("jane"))
                .map(found -> Entry.of(admin.record(found.stored().key()).orElseThrow(), OwnerRecord.parser()));
    }

    private static Message call(String rpc, Channel channel, String name) {
        return Objects.requireNonNull(ABOUT_A_TOKEN.get(rpc)).apply(channel, name);
    }

    @Test
    void selfService_ownTokens_seenAndEnded() {
        assertThat(list(self())).containsExactlyInAnyOrder("calling", "jane's");
        var unused1 = call("GetToken", self(), janes);
        var unused2 = call("RevokeToken", self(), janes);
        EventRecord event = lastEvent(janes);
        assertThat(event.getPrincipal()).startsWith("tenants/acme/tokens/");
        assertThat(event.getActingOwner()).isEmpty();
    }

    @Test
    void selfService_tokensOfOthers_roleMissingAndNothingWritten() {
        assertOthersAreOutOfReach(self());
    }

    @Test
    void selfService_whatIsNotForOwners_roleMissing() {
        assertThat(failure(() -> TenantServiceGrpc.newBlockingStub(self())
                                .getTenant(GetTenantRequest.newBuilder()
                                        .setName("tenants/acme")
                                        .build()))
                        .what())
                .isEqualTo("PERMISSION_DENIED ROLE_MISSING");
        admin.tenants().createTenant(Fixtures.tenant("other"));
        assertThat(failure(() -> TokenServiceGrpc.newBlockingStub(self())
                                .listTokens(ListTokensRequest.newBuilder()
                                        .setParent("tenants/other")
                                        .build()))
                        .what())
                .isEqualTo("PERMISSION_DENIED ROLE_MISSING");
    }

    @Test
    void selfService_notSwitchedOn_nobody() {
        owned.changeTenant(tenant -> tenant.setOwnerSelfService(false));
        assertThat(failure(() -> list(self())).what()).isEqualTo("UNAUTHENTICATED WRONG_TENANT");
    }

    @Test
    void selfService_ownerDisabled_nobody() {
        owned.changeOwner(jane.orElseThrow(), owner -> owner.setState(OwnerRecord.State.DISABLED));
        assertThat(failure(() -> list(self())).what()).isEqualTo("UNAUTHENTICATED OWNER_DISABLED");
    }

    @Test
    void selfService_serviceToken_nobody() {
        CreateTokenResponse made = Fixtures.make(admin, Fixtures.createToken(Fixtures.token("another service")));
        Channel service = admin.as("Bearer " + made.getPlain().getSecret());
        assertThat(failure(() -> list(service)).what()).isEqualTo("UNAUTHENTICATED WRONG_TENANT");
    }

    @Test
    void selfService_tenantInShadow_noHelp() {
        String calling = newSelf(jane.orElseThrow()).getToken().getName();
        owned.changeToken(calling, token -> token.addAllowedCidrs("10.0.0.0/8"));
        owned.changeTenant(tenant -> tenant.setShadowUntil(
                RecordWrites.timestamp(admin.clock.instant().plusSeconds(600))));
        assertThat(failure(() -> list(self())).what()).isEqualTo("UNAUTHENTICATED IP_NOT_ALLOWED");
    }

    @Test
    void selfService_enable_withinTheRightsOfTokenAndOwner() {
        owned.changeToken(janes, token -> token.setState(TokenRecord.State.DISABLED));
        // It may edit everything and watch, and Jane may only read.
        assertThat(failure(() -> call("EnableToken", self(), janes)).what())
                .isEqualTo("PERMISSION_DENIED BEYOND_CALLER");
        owned.changeToken(janes, token -> token.removeGrants(2).removeGrants(1));
        var unused3 = call("EnableToken", self(), janes);
    }

    @Test
    void selfService_createForNobody_beyondCaller() {
        assertThat(failure(() -> TokenServiceGrpc.newBlockingStub(self())
                                .createToken(
                                        Fixtures.createToken(Token.newBuilder().setDisplayName("x"))
                                                .build()))
                        .what())
                .isEqualTo("PERMISSION_DENIED BEYOND_CALLER");
    }

    @Test
    void selfService_actingForAnother_roleMissing() {
        Failure failure = failureOf(() -> list(acting(self(), "tenants/acme/owners/john")));
        assertThat(failure.what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING keywarden.ActAs");
    }

    @Test
    void acting_withTheRight_onlyThatOwnersTokens() {
        Channel backend = acting(everything(), JANE);
        assertThat(list(backend)).containsExactlyInAnyOrder("calling", "jane's");
        assertOthersAreOutOfReach(backend);
        var unused4 = call("DisableToken", backend, janes);
        EventRecord event = lastEvent(janes);
        assertThat(event.getPrincipal()).startsWith("tenants/system/tokens/");
        assertThat(event.getActingOwner()).isEqualTo(JANE);
    }

    @Test
    void acting_whatIsNotForOwners_roleMissing() {
        Channel root = acting(admin.as("Bearer " + admin.bootstrapToken()), JANE);
        assertThat(failure(() -> TenantServiceGrpc.newBlockingStub(root)
                                .getTenant(GetTenantRequest.newBuilder()
                                        .setName("tenants/acme")
                                        .build()))
                        .what())
                .isEqualTo("PERMISSION_DENIED ROLE_MISSING");
    }

    @Test
    void acting_enable_withinTheOwnersRights() {
        owned.changeToken(janes, token -> token.setState(TokenRecord.State.DISABLED));
        Channel root = admin.as("Bearer " + admin.bootstrapToken());
        assertThat(failure(() -> call("EnableToken", acting(root, JANE), janes)).what())
                .isEqualTo("PERMISSION_DENIED BEYOND_CALLER");
        assertThat(failure(() -> call("EnableToken", root, janes)).what()).isEqualTo("PERMISSION_DENIED BEYOND_OWNER");
    }

    @Test
    void acting_shadow_isNotForOwners() {
        Timestamp tomorrow = RecordWrites.timestamp(admin.clock.instant().plus(Duration.ofDays(1)));
        Channel root = acting(admin.as("Bearer " + admin.bootstrapToken()), JANE);
        Failure failure = failureOf(() -> TokenServiceGrpc.newBlockingStub(root)
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(Token.newBuilder().setName(janes).setShadowUntil(tomorrow))
                        .build()));
        assertThat(failure.what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING keywarden.TurnShadowOn");
    }

    @Test
    void selfService_limitsOfTheOwnToken_boundWhatItChanges() {
        Timestamp tomorrow = RecordWrites.timestamp(admin.clock.instant().plus(Duration.ofDays(1)));
        owned.changeToken(callingName, token -> token.setExpireTime(tomorrow));
        owned.changeToken(janes, token -> token.clearGrants().setExpireTime(tomorrow));
        Failures.Failure forEver = failure(() -> update(Token.newBuilder().setName(janes), "expire_time"));
        assertThat(forEver.what()).isEqualTo("PERMISSION_DENIED BEYOND_CALLER");
        assertThat(forEver.metadata()).containsEntry("beyond", "expire_time");
        update(Token.newBuilder().setName(janes).setDescription("as long"), "description");
    }

    private void update(Token.Builder token, String field) {
        var unused = TokenServiceGrpc.newBlockingStub(self())
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(token)
                        .setUpdateMask(FieldMask.newBuilder().addPaths(field))
                        .build());
    }

    @Test
    void acting_withoutTheOperationItself_roleMissing() {
        Channel backend = acting(SystemTokens.with(admin, operation("ActAs", "tenants/acme")), JANE);
        Failure failure = failureOf(() -> list(backend));
        assertThat(failure.what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING keywarden.ListTokens");
    }

    @Test
    void acting_rightForAnotherTenant_roleMissing() {
        Channel backend = SystemTokens.with(admin, operation("ActAs", "tenants/other"), operation("ListTokens", "*"));
        Failure failure = failureOf(() -> list(acting(backend, JANE)));
        assertThat(failure.what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING keywarden.ActAs");
    }

    @Test
    void acting_ownerDisabledOrUnknown_refused() {
        Channel root = admin.as("Bearer " + admin.bootstrapToken());
        assertThat(failure(() -> list(acting(root, "tenants/acme/owners/nobody")))
                        .what())
                .isEqualTo("FAILED_PRECONDITION OWNER_DISABLED");
        owned.changeOwner(jane.orElseThrow(), owner -> owner.setState(OwnerRecord.State.DISABLED));
        assertThat(failure(() -> list(acting(root, JANE))).what()).isEqualTo("FAILED_PRECONDITION OWNER_DISABLED");
    }

    @Test
    void acting_malformedOrTwice_refused() {
        Channel root = admin.as("Bearer " + admin.bootstrapToken());
        for (String name : List.of("", "jane", "tenants/acme", JANE + "/x", "tenants/acme/tokens/jane")) {
            assertThat(failure(() -> list(acting(root, name))).what()).isEqualTo("INVALID_ARGUMENT FIELD_INVALID");
        }
        assertThat(failure(() -> list(acting(acting(root, JANE), JANE))).what())
                .isEqualTo("INVALID_ARGUMENT FIELD_INVALID");
    }

    private record Failure(String what) {}

    private static Failure failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Failures.Failure failure = failure(call);
        return new Failure(failure.what() + " " + failure.metadata().get("operation"));
    }

    private void assertOthersAreOutOfReach(Channel channel) {
        List<Object> before = admin.store.inner().contents();
        ABOUT_A_TOKEN.forEach((rpc, call) -> List.of(johns, nobodys).forEach(name -> {
            Failure failure = failureOf(() -> call.apply(channel, name));
            assertThat(failure.what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING keywarden." + rpc);
        }));
        assertThat(admin.store.inner().contents()).isEqualTo(before);
    }

    /** A new token with which Jane calls. */
    private CreateTokenResponse newSelf(Entry<OwnerRecord> owner) {
        CreateTokenResponse made = owned.token("calling too", owner);
        calling = Optional.of(admin.as("Bearer " + made.getPlain().getSecret()));
        return made;
    }

    private Channel self() {
        return calling.orElseThrow();
    }

    private Channel everything() {
        return SystemTokens.with(
                admin,
                AdminOperations.all().stream()
                        .map(each -> operation(AdminOperations.nameOf(each), "*"))
                        .toList());
    }

    private static Channel acting(Channel channel, String owner) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("x-keywarden-acting-owner", Metadata.ASCII_STRING_MARSHALLER), owner);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static List<String> list(Channel channel) {
        return TokenServiceGrpc.newBlockingStub(channel)
                .listTokens(
                        ListTokensRequest.newBuilder().setParent("tenants/acme").build())
                .getTokensList()
                .stream()
                .map(Token::getDisplayName)
                .toList();
    }

    private EventRecord lastEvent(String token) {
        RecordKey key = RecordKey.token(new TokenId(token.substring(token.lastIndexOf('/') + 1)));
        return admin.history(key).get(admin.history(key).size() - 1);
    }
}
