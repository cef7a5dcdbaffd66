package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.DeleteModuleRequest;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.Token;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.Proof;
import io.keywarden.credential.TokenText;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordCompiler;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.v1.EventRecord;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class CreateTokenTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeShop() {
        Fixtures.shop(admin);
    }

    @Test
    void createToken_valid_answersTokenAndSecret() {
        CreateTokenResponse made = make(createToken(token("CI")));
        TokenText text = TokenText.parse(made.getPlain().getSecret()).orElseThrow();
        assertThat(made.getToken().getName()).isEqualTo("tenants/acme/tokens/" + text.id());
        assertThat(made.getPlain().getSecret()).startsWith("kw_");
        assertThat(made.getPlain().getAuthorization())
                .isEqualTo("Bearer " + made.getPlain().getSecret());
        assertThat(made.getPlain().getHeader()).isEqualTo("authorization");
        assertThat(made.getToken().getState()).isEqualTo(Token.State.ACTIVE);
        assertThat(made.getToken().getCreator()).isEqualTo("bootstrap");
        assertThat(made.getToken().getBlockedByList()).isEmpty();
        assertThat(made.getToken().getGrantsList()).isEqualTo(token("CI").getGrantsList());
        assertThat(made.getToken().getSecretsList())
                .extracting(Secret::getNumber, Secret::getState)
                .containsExactly(tuple(1, Secret.State.CURRENT));
        assertThat(get(made.getToken().getName())).isEqualTo(made.getToken());
    }

    @Test
    void createToken_tokenInATextOfPeople_refusedWithoutRepeatingIt() {
        String text = make(createToken(token("CI"))).getPlain().getSecret();

        Failure failure = failure(() -> make(createToken(token("copy of " + text))
                .setRequestId(text)
                .setToken(token("copy of " + text).setDescription(text).putAnnotations("was", text))));

        assertThat(failure.reason()).isEqualTo("FIELD_INVALID");
        assertThat(failure.fields())
                .containsExactly("request_id", "token.display_name", "token.description", "token.annotations");
        assertThat(failure.toString()).doesNotContain(text);
    }

    @Test
    void createToken_valid_checkWouldProveIt() {
        TokenText text = TokenText.parse(
                        make(createToken(token("CI"))).getPlain().getSecret())
                .orElseThrow();
        assertThat(new IdTags(admin.keys.tagKeys()).isGenuine(text.id())).isTrue();
        Optional<io.keywarden.token.Token> compiled = admin.record(RecordKey.token(text.id()))
                .map(RecordCompiler::token)
                .flatMap(found -> found.fold(
                        Optional::of,
                        absent -> Optional.empty(),
                        unknown -> Optional.<io.keywarden.token.Token>empty()));
        assertThat(admin.keys
                        .hasher()
                        .prove(compiled, text.secret(), admin.clock.instant())
                        .kind())
                .isEqualTo(Proof.Kind.PROVEN);
    }

    @Test
    void createToken_tenantWithOwnSource_authorizationIsInItsForm() {
        CreateTenantRequest.Builder tenant = Fixtures.tenant("beta").toBuilder();
        tenant.getTenantBuilder()
                .addCredentialSources(
                        CredentialSource.newBuilder().setHeader("X-Beta").setForm(CredentialSource.Form.ID_AND_SECRET));
        tenant.getTenantBuilder().getTokenPolicyBuilder().setPrefix("beta");
        admin.tenants().createTenant(tenant.build());
        CreateTokenResponse made = make(createToken(token("CI")).setParent("tenants/beta"));
        assertThat(made.getPlain().getSecret()).startsWith("beta_");
        assertThat(made.getPlain().getHeader()).isEqualTo("x-beta");
        String id = made.getToken().getName().substring("tenants/beta/tokens/".length());
        assertThat(made.getPlain().getAuthorization()).startsWith(id + ":").hasSize(26 + 1 + 43);
    }

    @Test
    void createToken_validateOnly_writesNothing() {
        int commits = admin.store.committed().size();
        CreateTokenResponse preview = make(createToken(token("CI")).setValidateOnly(true));
        assertThat(preview.getToken().getName()).isEmpty();
        assertThat(preview.getToken().getDisplayName()).isEqualTo("CI");
        assertThat(preview.getDeliveryCase()).isEqualTo(CreateTokenResponse.DeliveryCase.DELIVERY_NOT_SET);
        assertThat(admin.store.committed()).hasSize(commits);
        make(createToken(token("CI")));
        assertThat(failure(() -> make(createToken(token("CI")).setValidateOnly(true)))
                        .what())
                .isEqualTo("ALREADY_EXISTS NAME_TAKEN");
    }

    @Test
    void createToken_nameTaken_alreadyExists() {
        make(createToken(token("CI")));
        Failure failed = failure(() -> make(createToken(token("CI"))));
        assertThat(failed.what()).isEqualTo("ALREADY_EXISTS NAME_TAKEN");
        assertThat(failed.resource()).isEqualTo("keywarden.io/Token tenants/acme display_name CI");
    }

    @Test
    void createToken_sameRequestId_sameTokenSecretWithheld() {
        CreateTokenRequest.Builder request = createToken(token("CI")).setRequestId("r1");
        CreateTokenResponse first = make(request);
        CreateTokenResponse second = make(request);
        assertThat(second.getSecretWithheld()).isTrue();
        assertThat(second.getToken()).isEqualTo(first.getToken());
    }

    @Test
    void createToken_sameRequestIdOtherContent_refused() {
        make(createToken(token("CI")).setRequestId("r1"));
        assertThat(failure(() -> make(createToken(token("CD")).setRequestId("r1")))
                        .what())
                .isEqualTo("INVALID_ARGUMENT REQUEST_ID_REUSED");
    }

    @Test
    void createToken_sameRequestIdAfterADay_newRequest() {
        make(createToken(token("CI")).setRequestId("r1"));
        admin.clock.advance(Duration.ofHours(24));
        assertThat(make(createToken(token("CD")).setRequestId("r1")).hasPlain()).isTrue();
    }

    @Test
    void createToken_sameRequestTwiceAtOnce_oneToken() {
        CreateTokenRequest.Builder request = createToken(token("CI")).setRequestId("r1");
        admin.store.beforeNextCommit(() -> make(request));
        CreateTokenResponse second = make(request);
        assertThat(second.getSecretWithheld()).isTrue();
    }

    @Test
    void createToken_unknownButWritten_repeatFindsIt() {
        CreateTokenRequest.Builder request = createToken(token("CI")).setRequestId("r1");
        admin.store.breakCommits(commit -> true, new Outcome.Unknown("cut"), true);
        Failure failed = failure(() -> make(request));
        assertThat(failed.what()).isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        assertThat(failed.message()).contains("not known whether");
        admin.store.repair();
        assertThat(make(request).getSecretWithheld()).isTrue();
    }

    @Test
    void createToken_refused_nothingWritten() {
        admin.store.breakCommits(commit -> true, new Outcome.Refused("full"), false);
        Failure failed = failure(() -> make(createToken(token("CI"))));
        assertThat(failed.what()).isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        assertThat(failed.message()).contains("nothing was written");
        admin.store.repair();
        make(createToken(token("CI")));
    }

    @Test
    void createToken_tenantChangedMeanwhile_madeOnTheNewState() {
        admin.store.beforeNextCommit(() -> admin.tenants()
                .disableTenant(DisableTenantRequest.newBuilder()
                        .setName("tenants/acme")
                        .build()));
        CreateTokenResponse made = make(createToken(token("CI")));
        assertThat(made.getToken().getBlockedByList()).containsExactly("TENANT_DISABLED");
    }

    @Test
    void createToken_othersKeepWinning_aborted() {
        admin.store.breakCommits(
                commit -> !commit.names().isEmpty(), new Outcome.Conflict(Commit.Expected.RECORD), false);
        assertThat(failure(() -> make(createToken(token("CI")))).what()).isEqualTo("ABORTED ETAG_MISMATCH");
    }

    @Test
    void createToken_unknownGrants_toldByName() {
        Token.Builder wrong = Token.newBuilder()
                .setDisplayName("CI")
                .addGrants(Grant.newBuilder().setModule("bills").addActions(Action.READ))
                .addGrants(Grant.newBuilder().setOperation("orders.lst"))
                .addGrants(Grant.newBuilder().setOperation("bills.list"));
        Failure failed = failure(() -> make(createToken(wrong)));
        assertThat(failed.fields())
                .containsExactly("token.grants[0].module", "token.grants[1].operation", "token.grants[2].operation");
        assertThat(failed.message()).contains("bills");
    }

    @Test
    void createToken_wrongFields_allTold() {
        Token.Builder wrong = Token.newBuilder()
                .setDescription("x".repeat(2001))
                .addGrants(Grant.newBuilder().setModule("Orders"))
                .addGrants(Grant.newBuilder().setAllModules(false).addActions(Action.READ))
                .addGrants(Grant.newBuilder().setOperation("orders").addActions(Action.READ))
                .addGrants(Grant.newBuilder().addActions(Action.READ))
                .addGrants(Grant.newBuilder()
                        .setModule("orders")
                        .addActions(Action.READ)
                        .addActions(Action.READ)
                        .addActions(Action.ACTION_UNSPECIFIED))
                .setNotBeforeTime(Timestamp.newBuilder().setSeconds(20))
                .setExpireTime(Timestamp.newBuilder().setSeconds(10))
                .putLabels("Team", "x")
                .putLabels("team", "y".repeat(64))
                .putAnnotations("note", "z".repeat(4097));
        Failure failed = failure(() -> make(createToken(wrong).setParent("acme")));
        assertThat(failed.fields())
                .containsExactly(
                        "parent",
                        "token.display_name",
                        "token.description",
                        "token.grants[0].module",
                        "token.grants[0].actions",
                        "token.grants[1].all_modules",
                        "token.grants[2].operation",
                        "token.grants[2].actions",
                        "token.grants[3]",
                        "token.grants[4].actions",
                        "token.grants[4].actions",
                        "token.expire_time",
                        "token.labels",
                        "token.labels",
                        "token.annotations");
    }

    @Test
    void createToken_wrongByItselfAndInTheCatalog_allTold() {
        Token.Builder wrong = Token.newBuilder()
                .addGrants(Grant.newBuilder().setModule("films").addActions(Action.READ))
                .addGrants(Grant.newBuilder().setModule("films"))
                .setExpireTime(Timestamp.newBuilder().setSeconds(10));
        assertThat(failure(() -> make(createToken(wrong))).fields())
                .containsExactly(
                        "token.display_name", "token.grants[1].actions", "token.expire_time", "token.grants[0].module");
    }

    @Test
    void createToken_historyTamperedWith_refused() {
        admin.store.breakCommits(
                commit -> !commit.names().isEmpty(), new Outcome.Conflict(Commit.Expected.HISTORY), false);
        assertThat(failure(() -> make(createToken(token("CI")))).what()).isEqualTo("UNAVAILABLE RECORD_TAMPERED");
    }

    @Test
    void createToken_alreadyExpired_refused() {
        Timestamp now = Timestamp.newBuilder()
                .setSeconds(admin.clock.instant().getEpochSecond())
                .build();
        assertThat(failure(() -> make(createToken(token("CI").setExpireTime(now))))
                        .fields())
                .containsExactly("token.expire_time");
    }

    @Test
    void createToken_unknownTenant_notFound() {
        assertThat(failure(() -> make(createToken(token("CI")).setParent("tenants/other")))
                        .what())
                .isEqualTo("NOT_FOUND TENANT_NOT_FOUND");
    }

    @Test
    void getToken_moduleDeleted_grantKeepsItsId() {
        String name = make(createToken(token("CI"))).getToken().getName();
        admin.catalogs()
                .deleteModule(DeleteModuleRequest.newBuilder()
                        .setName("catalogs/shop/modules/orders")
                        .build());
        assertThat(get(name).getGrantsList()).isEqualTo(token("CI").getGrantsList());
    }

    @Test
    void createToken_valid_historyTellsItsFields() {
        CreateTokenResponse made = make(createToken(token("CI")).setRequestId("r1"));
        TokenText text = TokenText.parse(made.getPlain().getSecret()).orElseThrow();
        EventRecord event = admin.history(RecordKey.token(text.id())).get(0);
        assertThat(event.getKind()).isEqualTo("CreateToken");
        assertThat(event.getRequestId()).isEqualTo("r1");
        assertThat(event.getPeer()).isNotEmpty();
        assertThat(event.getChangesList())
                .extracting(change -> change.getPath())
                .containsExactly("display_name", "grants", "state", "secrets", "creator");
    }

    private CreateTokenResponse make(CreateTokenRequest.Builder request) {
        return Fixtures.make(admin, request);
    }

    private Token get(String name) {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }
}
