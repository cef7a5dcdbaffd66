package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.DeleteOwnerRequest;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.TokenType;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.credential.TokenText;
import io.keywarden.store.Aliases;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordCompiler;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.token.TenantRef;
import io.keywarden.token.TokenId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose a new token is, for whom, from where and how long it works. */
final class TokenRulesTest {
    private static final String ANN = "tenants/acme/owners/ann";

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeShop() {
        Fixtures.shop(admin);
        admin.owners().createOwner(Fixtures.owner("ann").build());
        CreateTenantRequest.Builder strict = Fixtures.tenant("strict").toBuilder();
        strict.getTenantBuilder()
                .setTokenPolicy(TokenPolicy.newBuilder()
                        .setMaxLifetime(Durations.fromDays(30))
                        .setDefaultLifetime(Durations.fromDays(7))
                        .addAllPriorities(List.of("slow", "fast"))
                        .addTokenTypes(TokenType.newBuilder()
                                .setId("erp")
                                .addDefaultGrants(
                                        Grant.newBuilder().setModule("orders").addActions(Action.READ))));
        strict.getTenantBuilder()
                .addCredentialSources(CredentialSource.newBuilder()
                        .setAuthorizationScheme("Bearer")
                        .setForm(CredentialSource.Form.OPAQUE));
        admin.tenants().createTenant(strict.build());
    }

    @Test
    void createToken_allRules_storedAndAnswered() {
        Token.Builder wanted = token("CI")
                .setOwner(ANN)
                .addAllowedClients("client-1")
                .addAllowedCidrs("10.0.0.0/8")
                .addAllowedCountries("NL")
                .setPriority("high")
                .setImmutable(true)
                .setShadowUntil(inDays(30))
                .setCredentialId("SU-160-984-311");
        Token made = make(createToken(wanted)).getToken();
        Token shown = made.toBuilder()
                .clearName()
                .clearState()
                .clearSecrets()
                .clearCreator()
                .clearCreateTime()
                .clearUpdateTime()
                .clearEtag()
                .build();
        assertThat(shown).isEqualTo(wanted.build());
        assertThat(get(made)).isEqualTo(made);
        assertThat(list()).containsExactly(made);
    }

    @Test
    void createToken_addresses_keptInOneSpelling() {
        Token made = make(createToken(
                        token("CI").addAllowedCidrs("2001:DB8:0::1").addAllowedCidrs("10.1.2.3")))
                .getToken();
        assertThat(made.getAllowedCidrsList()).containsExactly("2001:db8::1/128", "10.1.2.3/32");
    }

    @Test
    void createToken_wrongRules_allTold() {
        Token.Builder wrong = token("CI")
                .setOwner("tenants/other/owners/ann")
                .addAllowedClients("a b")
                .addAllowedCidrs("10.0.0.1/8")
                .addAllowedCountries("EU")
                .addAllowedCountries("nl")
                .setCredentialId("-a")
                .setType("erp")
                .setPriority("fast")
                .setShadowUntil(inDays(31));
        assertThat(failure(() -> make(createToken(wrong))).fields())
                .containsExactlyInAnyOrder(
                        "token.owner",
                        "token.allowed_clients[0]",
                        "token.allowed_cidrs[0]",
                        "token.allowed_countries[0]",
                        "token.allowed_countries[1]",
                        "token.credential_id",
                        "token.type",
                        "token.priority",
                        "token.shadow_until");
    }

    @Test
    void createToken_credentialIdOfTheFormOfATokenId_refusedSinceNobodyCouldPresentIt() {
        Failure failed = failure(() -> make(createToken(token("CI").setCredentialId("A".repeat(26)))));
        assertThat(failed.fields()).containsExactly("token.credential_id");
        assertThat(failed.message()).contains("not the form of a token's id");
        String presentable = "A".repeat(25) + "-";
        assertThat(make(createToken(token("CI").setCredentialId(presentable)))
                        .getToken()
                        .getCredentialId())
                .isEqualTo(presentable);
    }

    @Test
    void createToken_tooManyClients_refused() {
        Token.Builder wrong = token("CI");
        IntStream.rangeClosed(0, 1_000).forEach(i -> wrong.addAllowedClients("c" + i));
        assertThat(failure(() -> make(createToken(wrong))).fields()).containsExactly("token.allowed_clients");
    }

    @Test
    void createToken_ownerNotThere_notFound() {
        assertThat(failure(() -> make(createToken(token("CI").setOwner("tenants/acme/owners/bob"))))
                        .what())
                .isEqualTo("NOT_FOUND OWNER_NOT_FOUND");
    }

    @Test
    void createToken_ownerDisabled_refused() {
        disableAnn();
        Failure failed = failure(() -> make(createToken(token("CI").setOwner(ANN))));
        assertThat(failed.what()).isEqualTo("FAILED_PRECONDITION OWNER_DISABLED");
        assertThat(failed.precondition()).isEqualTo("OWNER_DISABLED " + ANN);
    }

    @Test
    void createToken_ownerDisabledMeanwhile_refused() {
        admin.store.beforeNextCommit(this::disableAnn);
        assertThat(failure(() -> make(createToken(token("CI").setOwner(ANN)))).what())
                .isEqualTo("FAILED_PRECONDITION OWNER_DISABLED");
    }

    @Test
    void createToken_beyondTheOwner_refused() {
        assertThat(beyond(Grant.newBuilder().setModule("orders").addActions(Action.CREATE)))
                .isEqualTo("orders.create");
        assertThat(beyond(Grant.newBuilder().setAllModules(true).addActions(Action.READ)))
                .isEqualTo("*.read");
        assertThat(beyond(Grant.newBuilder().setOperation("orders.make"))).isEqualTo("orders.make");
    }

    @Test
    void createToken_withinTheOwnersWiderGrants_made() {
        Token.Builder narrow = Token.newBuilder()
                .setDisplayName("CI")
                .setOwner(ANN)
                .addGrants(Grant.newBuilder().setOperation("orders.list"))
                .addGrants(Grant.newBuilder().setOperation("orders.watch"))
                .addGrants(Grant.newBuilder().setModule("orders").addActions(Action.EDIT));
        assertThat(make(createToken(narrow)).getToken().getOwner()).isEqualTo(ANN);
    }

    @Test
    void createToken_ownerNarrowedMeanwhile_refused() {
        admin.store.beforeNextCommit(() -> narrowAnn());
        assertThat(failure(() -> make(createToken(token("CI").setOwner(ANN)))).what())
                .isEqualTo("PERMISSION_DENIED BEYOND_OWNER");
    }

    @Test
    void createToken_typeWithoutGrants_getsThoseOfTheType() {
        Token made = make(strict(Token.newBuilder().setDisplayName("CI").setType("erp")))
                .getToken();
        assertThat(made.getGrantsList())
                .containsExactly(Grant.newBuilder()
                        .setModule("orders")
                        .addActions(Action.READ)
                        .build());
    }

    @Test
    void createToken_noExpireTime_tenantsDefault() {
        assertThat(make(strict(token("CI"))).getToken().getExpireTime()).isEqualTo(inDays(7));
    }

    @Test
    void createToken_beyondTheMaximumLifetime_refused() {
        make(strict(token("CI").setExpireTime(inDays(30))));
        Timestamp late =
                inDays(30).toBuilder().setSeconds(inDays(30).getSeconds() + 1).build();
        assertThat(failure(() -> make(strict(token("CD").setExpireTime(late)))).fields())
                .containsExactly("token.expire_time");
    }

    @Test
    void createToken_noPriority_tenantsUsualOne() {
        assertThat(make(createToken(token("CI"))).getToken().getPriority()).isEqualTo("normal");
        assertThat(make(strict(token("CI"))).getToken().getPriority()).isEqualTo("slow");
    }

    @Test
    void createToken_credentialId_leadsToTheToken() {
        Token made = make(createToken(token("CI").setCredentialId("SU-1"))).getToken();
        byte[] name = "SU-1".getBytes(StandardCharsets.US_ASCII);
        assertThat(leadsTo(Namespace.CREDENTIAL_ID, tenant("acme"), name)).isEqualTo(idOf(made));
    }

    @Test
    void createToken_credentialIdTaken_refused() {
        make(createToken(token("CI").setCredentialId("SU-1")));
        assertThat(failure(() -> make(createToken(token("CD").setCredentialId("SU-1"))))
                        .what())
                .isEqualTo("ALREADY_EXISTS CREDENTIAL_ID_TAKEN");
        assertThat(failure(() -> make(
                                createToken(token("CD").setCredentialId("SU-1")).setValidateOnly(true)))
                        .what())
                .isEqualTo("ALREADY_EXISTS CREDENTIAL_ID_TAKEN");
        make(strict(token("CI").setCredentialId("SU-1")));
    }

    @Test
    void createToken_credentialIdTakenMeanwhile_refused() {
        admin.store.beforeNextCommit(() -> make(createToken(token("CD").setCredentialId("SU-1"))));
        assertThat(failure(() -> make(createToken(token("CI").setCredentialId("SU-1"))))
                        .what())
                .isEqualTo("ALREADY_EXISTS CREDENTIAL_ID_TAKEN");
    }

    @Test
    void createToken_tenantTakesOpaqueSecrets_secretAloneLeadsToIt() {
        CreateTokenResponse made = make(strict(token("CI")));
        TokenText text = TokenText.parse(made.getPlain().getSecret()).orElseThrow();
        TenantRef tenant = tenant("strict");
        byte[] digest = new OpaqueSecrets(admin.keys.tagKeys()).digest(tenant.uid(), text.secret());
        assertThat(leadsTo(Namespace.OPAQUE_SECRET, tenant, digest)).isEqualTo(text.id());
        int before = aliases();
        make(createToken(token("CI")));
        assertThat(aliases()).isEqualTo(before);
    }

    @Test
    void rotateToken_tenantTakesOpaqueSecrets_eachKeptSecretAloneLeadsToIt() {
        CreateTokenResponse made = make(strict(token("CI")));
        TokenText first = TokenText.parse(made.getPlain().getSecret()).orElseThrow();
        int before = aliases();
        TokenText last = first;
        for (int i = 0; i < 4; i++) {
            last = rotated(made.getToken().getName());
        }
        TenantRef tenant = tenant("strict");
        OpaqueSecrets secrets = new OpaqueSecrets(admin.keys.tagKeys());
        assertThat(leadsTo(Namespace.OPAQUE_SECRET, tenant, secrets.digest(tenant.uid(), last.secret())))
                .isEqualTo(first.id());
        // The current one, and the last three that ended.
        assertThat(aliases()).isEqualTo(before + 3);
    }

    private TokenText rotated(String name) {
        String text = admin.tokens()
                .rotateToken(RotateTokenRequest.newBuilder()
                        .setName(name)
                        .setGracePeriod(Durations.ZERO)
                        .build())
                .getPlain()
                .getSecret();
        admin.told(text);
        return TokenText.parse(text).orElseThrow();
    }

    @Test
    void getToken_ownerDisabledThenGone_blocked() {
        Token made = make(createToken(token("CI").setOwner(ANN))).getToken();
        disableAnn();
        assertThat(get(made).getBlockedByList()).containsExactly("OWNER_DISABLED");
    }

    @Test
    void getToken_olderThanTheMaximum_expired() {
        Token made = make(strict(token("CI").setExpireTime(inDays(30)))).getToken();
        admin.clock.advance(Duration.ofDays(30));
        assertThat(get(made).getBlockedByList()).containsExactly("EXPIRED");
    }

    @Test
    void deleteOwner_withALiveToken_refused() {
        Token made = make(createToken(token("CI").setOwner(ANN))).getToken();
        Failure failed = failure(this::deleteAnn);
        assertThat(failed.what()).isEqualTo("FAILED_PRECONDITION OWNER_HAS_TOKENS");
        assertThat(failed.precondition()).isEqualTo("OWNER_HAS_TOKENS " + ANN);
        admin.tokens()
                .revokeToken(
                        RevokeTokenRequest.newBuilder().setName(made.getName()).build());
        deleteAnn();
        assertThat(get(made).getOwner()).isEqualTo(ANN);
    }

    @Test
    void deleteOwner_tokenMadeMeanwhile_refused() {
        admin.store.beforeNextCommit(() -> make(createToken(token("CI").setOwner(ANN))));
        assertThat(failure(this::deleteAnn).what()).isEqualTo("FAILED_PRECONDITION OWNER_HAS_TOKENS");
    }

    @Test
    void createToken_ownerIsBeingDeleted_abortedForAWhile() {
        admin.store.afterNextCommit(() -> assertThat(
                        failure(() -> make(createToken(token("CI").setOwner(ANN))))
                                .what())
                .isEqualTo("ABORTED ETAG_MISMATCH"));
        deleteAnn();
    }

    private String beyond(Grant.Builder grant) {
        Token.Builder token =
                Token.newBuilder().setDisplayName("CI").setOwner(ANN).addGrants(grant);
        Failure failed = failure(() -> make(createToken(token)));
        assertThat(failed.what()).isEqualTo("PERMISSION_DENIED BEYOND_OWNER");
        return failed.metadata().getOrDefault("beyond", "");
    }

    private void disableAnn() {
        var unused = admin.owners()
                .disableOwner(DisableOwnerRequest.newBuilder().setName(ANN).build());
    }

    private void deleteAnn() {
        var unused = admin.owners()
                .deleteOwner(DeleteOwnerRequest.newBuilder().setName(ANN).build());
    }

    private void narrowAnn() {
        var unused = admin.owners()
                .updateOwner(UpdateOwnerRequest.newBuilder()
                        .setOwner(Owner.newBuilder()
                                .setName(ANN)
                                .addGrants(Grant.newBuilder().setOperation("orders.watch")))
                        .build());
    }

    private static CreateTokenRequest.Builder strict(Token.Builder token) {
        return createToken(token).setParent("tenants/strict");
    }

    private Timestamp inDays(int days) {
        return RecordWrites.timestamp(admin.clock.instant().plus(Duration.ofDays(days)));
    }

    private CreateTokenResponse make(CreateTokenRequest.Builder request) {
        return Fixtures.make(admin, request);
    }

    private Token get(Token token) {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(token.getName()).build())
                .getToken();
    }

    private List<Token> list() {
        return admin.tokens()
                .listTokens(
                        ListTokensRequest.newBuilder().setParent("tenants/acme").build())
                .getTokensList();
    }

    private TenantRef tenant(String id) {
        RecordKey alias = new Aliases(admin.keys.tagKeys()).key(Namespace.TENANT_ID, id);
        return found(RecordCompiler.tenantNamed(admin.record(alias).orElseThrow(), Namespace.TENANT_ID, id));
    }

    private TokenId leadsTo(Namespace namespace, TenantRef tenant, byte[] name) {
        StoredRecord alias = admin.record(new Aliases(admin.keys.tagKeys()).key(namespace, tenant, name))
                .orElseThrow();
        return found(RecordCompiler.tokenNamed(alias, namespace, tenant.uid()));
    }

    private int aliases() {
        return (int) admin.records().stream()
                .filter(record -> record.key().kind() == RecordKind.ALIAS)
                .count();
    }

    private static TokenId idOf(Token token) {
        return new TokenId(token.getName().substring(token.getName().lastIndexOf('/') + 1));
    }

    private static <T> T found(Lookup<T> lookup) {
        return lookup.fold(
                value -> value,
                absent -> {
                    throw new AssertionError("not found");
                },
                unknown -> {
                    throw new AssertionError(unknown.detail());
                });
    }
}
