package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.AnswerDetail;
import io.keywarden.admin.v1.ClientSource;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.OpenPath;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.TokenType;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a tenant says about its tokens and its requests. */
final class TenantFieldsTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeCatalog() {
        admin.catalogs().createCatalog(Fixtures.catalog("shop"));
        admin.catalogs().createModule(Fixtures.orders());
    }

    @Test
    void createTenant_allFields_storedAndAnswered() {
        Tenant wanted = Tenant.newBuilder()
                .setCatalog("catalogs/shop")
                .setClientSource(ClientSource.newBuilder().setPathVariable("client"))
                .setShadowUntil(inDays(30))
                .setAnswerDetail(AnswerDetail.TERSE)
                .addOpenPaths(OpenPath.newBuilder().addMethods("GET").setPathTemplate("/public/{rest=**}"))
                .setAllowCorsPreflight(true)
                .putLabels("tier", "gold")
                .setTokenPolicy(TokenPolicy.newBuilder()
                        .setPrefix("ac")
                        .setMaxLifetime(Durations.fromDays(365))
                        .setDefaultLifetime(Durations.fromDays(30))
                        .setImmutable(true)
                        .addAllowedActions(Action.READ)
                        .addAllPriorities(List.of("slow", "fast"))
                        .setOwnerSelfService(true)
                        .setDefaultGracePeriod(Durations.fromHours(2))
                        .setMaxLiveSecrets(3)
                        .setSecretVisibility(SecretVisibility.RECOVERABLE)
                        .addTokenTypes(TokenType.newBuilder()
                                .setId("erp")
                                .setDisplayName("ERP")
                                .addDefaultGrants(
                                        Grant.newBuilder().setModule("orders").addActions(Action.READ))))
                .build();
        Tenant made = create(wanted);
        assertThat(withoutMade(made)).isEqualTo(wanted);
        assertThat(get()).isEqualTo(made);
    }

    @Test
    void createTenant_clientHeader_keptInLowerCase() {
        Tenant made = create(Tenant.newBuilder()
                .setClientSource(ClientSource.newBuilder().setHeader("X-Client"))
                .build());
        assertThat(made.getClientSource().getHeader()).isEqualTo("x-client");
    }

    @Test
    void createTenant_nothingSaid_answersAreFull() {
        assertThat(create(Tenant.getDefaultInstance()).getAnswerDetail()).isEqualTo(AnswerDetail.FULL);
    }

    @Test
    void createTenant_wrongClientSources_refused() {
        assertThat(wrongClient(ClientSource.newBuilder().setPathVariable("1a")))
                .isEqualTo("tenant.client_source.path_variable");
        assertThat(wrongClient(ClientSource.newBuilder().setHostLabel(0))).isEqualTo("tenant.client_source.host_label");
        assertThat(wrongClient(ClientSource.newBuilder().setHeader("x-keywarden-client")))
                .isEqualTo("tenant.client_source.header");
        assertThat(wrongClient(ClientSource.newBuilder())).isEqualTo("tenant.client_source");
    }

    @Test
    void createTenant_shadowOverOrTooLong_refused() {
        assertThat(wrong(Tenant.newBuilder().setShadowUntil(inDays(0)))).containsExactly("tenant.shadow_until");
        Timestamp late =
                inDays(30).toBuilder().setSeconds(inDays(30).getSeconds() + 1).build();
        assertThat(wrong(Tenant.newBuilder().setShadowUntil(late))).containsExactly("tenant.shadow_until");
    }

    @Test
    void createTenant_wrongOpenPaths_refused() {
        assertThat(wrong(Tenant.newBuilder()
                        .addOpenPaths(OpenPath.newBuilder().setPathTemplate("healthz"))
                        .addOpenPaths(OpenPath.newBuilder().addMethods("get").setPathTemplate("/a//b"))))
                .containsExactly(
                        "tenant.open_paths[0].methods",
                        "tenant.open_paths[0].path_template",
                        "tenant.open_paths[1].methods[0]",
                        "tenant.open_paths[1].path_template");
    }

    @Test
    void createTenant_tooManyOpenPaths_refused() {
        Tenant.Builder tenant = Tenant.newBuilder();
        IntStream.rangeClosed(0, 32)
                .forEach(i -> tenant.addOpenPaths(
                        OpenPath.newBuilder().addMethods("GET").setPathTemplate("/p" + i)));
        assertThat(wrong(tenant)).containsExactly("tenant.open_paths");
    }

    @Test
    void createTenant_wrongLifetimes_refused() {
        assertThat(wrong(policy().setMaxLifetime(Durations.fromSeconds(59))))
                .containsExactly("tenant.token_policy.max_lifetime");
        assertThat(wrong(policy().setMaxLifetime(Durations.fromDays(3_651))))
                .containsExactly("tenant.token_policy.max_lifetime");
        Duration fraction = Duration.newBuilder().setSeconds(90).setNanos(1).build();
        assertThat(wrong(policy().setDefaultLifetime(fraction)))
                .containsExactly("tenant.token_policy.default_lifetime");
        assertThat(wrong(
                        policy().setMaxLifetime(Durations.fromMinutes(2)).setDefaultLifetime(Durations.fromMinutes(3))))
                .containsExactly("tenant.token_policy.default_lifetime");
    }

    @Test
    void createTenant_wrongWords_refused() {
        assertThat(wrong(policy().addPriorities("High"))).containsExactly("tenant.token_policy.priorities");
        assertThat(wrong(policy().addPriorities("a").addPriorities("a")))
                .containsExactly("tenant.token_policy.priorities");
        List<String> seventeen = IntStream.range(0, 17).mapToObj(i -> "p" + i).toList();
        assertThat(wrong(policy().addAllPriorities(seventeen))).containsExactly("tenant.token_policy.priorities");
        assertThat(wrong(policy().addAllowedActions(Action.READ).addAllowedActions(Action.READ)))
                .containsExactly("tenant.token_policy.allowed_actions");
        assertThat(wrong(policy().addAllowedActions(Action.ACTION_UNSPECIFIED)))
                .containsExactly("tenant.token_policy.allowed_actions");
    }

    @Test
    void createTenant_wrongTypes_refused() {
        assertThat(wrong(policy().addTokenTypes(TokenType.newBuilder().setId("ERP"))
                        .addTokenTypes(TokenType.newBuilder().setId("a"))
                        .addTokenTypes(TokenType.newBuilder().setId("a"))))
                .containsExactly("tenant.token_policy.token_types[0].id", "tenant.token_policy.token_types[2].id");
    }

    @Test
    void createTenant_typeWithUnknownModule_refused() {
        assertThat(wrong(policy().addTokenTypes(TokenType.newBuilder()
                        .setId("erp")
                        .addDefaultGrants(Grant.newBuilder().setModule("films").addActions(Action.READ)))))
                .containsExactly("tenant.token_policy.token_types[0].default_grants[0].module");
    }

    @Test
    void createTenant_wrongLabels_refused() {
        assertThat(wrong(Tenant.newBuilder().putLabels("Tier", "gold"))).containsExactly("tenant.labels");
    }

    private static TokenPolicy.Builder policy() {
        return TokenPolicy.newBuilder();
    }

    private Timestamp inDays(int days) {
        return RecordWrites.timestamp(admin.clock.instant().plus(java.time.Duration.ofDays(days)));
    }

    private String wrongClient(ClientSource.Builder source) {
        return wrong(Tenant.newBuilder().setClientSource(source)).get(0);
    }

    private List<String> wrong(TokenPolicy.Builder policy) {
        return wrong(Tenant.newBuilder().setTokenPolicy(policy));
    }

    private List<String> wrong(Tenant.Builder tenant) {
        return failure(() -> create(tenant.build())).fields();
    }

    private Tenant create(Tenant tenant) {
        return admin.tenants()
                .createTenant(CreateTenantRequest.newBuilder()
                        .setTenantId("acme")
                        .setTenant(tenant.toBuilder().setCatalog("catalogs/shop"))
                        .build())
                .getTenant();
    }

    private Tenant get() {
        return admin.tenants()
                .getTenant(GetTenantRequest.newBuilder().setName("tenants/acme").build())
                .getTenant();
    }

    private static Tenant withoutMade(Tenant tenant) {
        return tenant.toBuilder()
                .clearName()
                .clearDisplayName()
                .clearState()
                .clearEtag()
                .clearCreateTime()
                .clearUpdateTime()
                .build();
    }
}
