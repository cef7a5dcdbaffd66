package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.EnableTenantRequest;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.ListTenantsRequest;
import io.keywarden.admin.v1.ListTenantsResponse;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.RecordKind;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class TenantServiceTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeCatalog() {
        admin.catalogs().createCatalog(Fixtures.catalog("shop"));
    }

    @Test
    void createTenant_minimal_hasDefaults() {
        Tenant made = create(Fixtures.tenant("acme", "api.acme.example"));
        assertThat(made.getName()).isEqualTo("tenants/acme");
        assertThat(made.getDisplayName()).isEqualTo("acme");
        assertThat(made.getCatalog()).isEqualTo("catalogs/shop");
        assertThat(made.getState()).isEqualTo(Tenant.State.ACTIVE);
        assertThat(made.getTokenPolicy().getPrefix()).isEqualTo("kw");
        assertThat(get("acme")).isEqualTo(made);
    }

    @Test
    void createTenant_withSources_keptInLowerCase() {
        CreateTenantRequest.Builder request = Fixtures.tenant("acme").toBuilder();
        request.getTenantBuilder()
                .addCredentialSources(source().setAuthorizationScheme("Bearer"))
                .addCredentialSources(source().setHeader("X-Api-Key"));
        Tenant made = create(request.build());
        assertThat(made.getCredentialSources(0).getAuthorizationScheme()).isEqualTo("bearer");
        assertThat(made.getCredentialSources(1).getHeader()).isEqualTo("x-api-key");
    }

    @Test
    void createTenant_outputOnlyFields_ignored() {
        CreateTenantRequest.Builder request = Fixtures.tenant("acme").toBuilder();
        request.getTenantBuilder()
                .setName("tenants/other")
                .setState(Tenant.State.DISABLED)
                .setEtag("mine");
        assertThat(create(request.build()).getState()).isEqualTo(Tenant.State.ACTIVE);
    }

    @Test
    void createTenant_wrongFields_allTold() {
        CreateTenantRequest request = CreateTenantRequest.newBuilder()
                .setTenantId("system")
                .setTenant(Tenant.newBuilder()
                        .addHosts("Api.example")
                        .addHosts("b.example:443")
                        .addCredentialSources(source().setHeader("Cookie"))
                        .addCredentialSources(source().setHeader("x-envoy-peer"))
                        .addCredentialSources(source().setHeader("x-keywarden-token-id"))
                        .addCredentialSources(source().setHeader("transfer-encoding"))
                        .addCredentialSources(source().setAuthorizationScheme("a b"))
                        .addCredentialSources(CredentialSource.newBuilder().setHeader("x-key"))
                        .addCredentialSources(source().setHeader("X-KEY"))
                        .addCredentialSources(source())
                        .setTokenPolicy(TokenPolicy.newBuilder().setPrefix("Kw")))
                .build();
        assertThat(failure(() -> create(request)).fields())
                .containsExactly(
                        "tenant_id",
                        "tenant.catalog",
                        "tenant.hosts[0]",
                        "tenant.hosts[1]",
                        "tenant.credential_sources[0].header",
                        "tenant.credential_sources[1].header",
                        "tenant.credential_sources[2].header",
                        "tenant.credential_sources[3].header",
                        "tenant.credential_sources[4].authorization_scheme",
                        "tenant.credential_sources[5].form",
                        "tenant.credential_sources[6]",
                        "tenant.credential_sources[7]",
                        "tenant.token_policy.prefix");
    }

    @Test
    void createTenant_unknownCatalog_notFound() {
        CreateTenantRequest.Builder request = Fixtures.tenant("acme").toBuilder();
        request.getTenantBuilder().setCatalog("catalogs/other");
        assertThat(failure(() -> create(request.build())).what()).isEqualTo("NOT_FOUND CATALOG_NOT_FOUND");
    }

    @Test
    void createTenant_idTaken_alreadyExists() {
        create(Fixtures.tenant("acme"));
        Failure failed = failure(() -> create(Fixtures.tenant("acme")));
        assertThat(failed.what()).isEqualTo("ALREADY_EXISTS ID_TAKEN");
        assertThat(failed.resource()).isEqualTo("keywarden.io/Tenant tenants/acme");
    }

    @Test
    void createTenant_hostTaken_alreadyExistsAndClaimsReleased() {
        create(Fixtures.tenant("acme", "api.acme.example"));
        Failure failed = failure(() -> create(Fixtures.tenant("beta", "beta.example", "api.acme.example")));
        assertThat(failed.what()).isEqualTo("ALREADY_EXISTS HOST_TAKEN");
        assertThat(failed.resource()).isEqualTo("keywarden.io/Tenant api.acme.example");
        create(Fixtures.tenant("gamma", "beta.example"));
        create(Fixtures.tenant("beta", "other.example"));
    }

    @Test
    void createTenant_sameRequestId_sameTenantEvenAfterChange() {
        CreateTenantRequest request = Fixtures.tenant("acme", "api.acme.example").toBuilder()
                .setRequestId("r1")
                .build();
        create(request);
        Tenant disabled = disable("");
        assertThat(create(request)).isEqualTo(disabled);
        CreateTenantRequest other =
                Fixtures.tenant("acme").toBuilder().setRequestId("r1").build();
        assertThat(failure(() -> create(other)).what()).isEqualTo("INVALID_ARGUMENT REQUEST_ID_REUSED");
        CreateTenantRequest otherId = request.toBuilder().setRequestId("r2").build();
        assertThat(failure(() -> create(otherId)).what()).isEqualTo("ALREADY_EXISTS ID_TAKEN");
    }

    @Test
    void createTenant_claimJustMadeByAnother_abortedUntilItIsVoid() {
        leaveClaimsWithoutTenant("acme", "api.acme.example");
        assertThat(failure(() -> create(Fixtures.tenant("acme", "api.acme.example")))
                        .what())
                .isEqualTo("ABORTED ETAG_MISMATCH");
        admin.clock.advance(Claims.VOID_AFTER.plusSeconds(1));
        Tenant made = create(Fixtures.tenant("acme", "api.acme.example"));
        assertThat(get("acme")).isEqualTo(made);
    }

    @Test
    void createTenant_recordUnknownButWritten_repeatFindsIt() {
        CreateTenantRequest request = Fixtures.tenant("acme", "api.acme.example").toBuilder()
                .setRequestId("r1")
                .build();
        admin.store.breakCommits(writes(RecordKind.TENANT), new Outcome.Unknown("cut"), true);
        Failure failed = failure(() -> create(request));
        assertThat(failed.what()).isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        assertThat(failed.metadata()).containsEntry("written", "unknown");
        admin.store.repair();
        assertThat(create(request)).isEqualTo(get("acme"));
    }

    @Test
    void createTenant_recordRefused_claimsReleased() {
        admin.store.breakCommits(writes(RecordKind.TENANT), new Outcome.Refused("full"), false);
        Failure failed = failure(() -> create(Fixtures.tenant("acme", "api.acme.example")));
        assertThat(failed.what()).isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        assertThat(failed.metadata()).containsEntry("written", "no");
        admin.store.repair();
        create(Fixtures.tenant("acme", "api.acme.example"));
    }

    @Test
    void createTenant_sameRequestTwiceAtOnce_oneTenant() {
        CreateTenantRequest request =
                Fixtures.tenant("acme").toBuilder().setRequestId("r1").build();
        admin.store.beforeNextCommit(() -> create(request));
        Tenant made = create(request);
        assertThat(made).isEqualTo(get("acme"));
        assertThat(admin.records().stream().filter(r -> r.key().kind() == RecordKind.TENANT))
                .hasSize(1);
    }

    @Test
    void createTenant_anotherFirst_idTaken() {
        admin.store.beforeNextCommit(() -> create(Fixtures.tenant("acme")));
        assertThat(failure(() -> create(Fixtures.tenant("acme"))).what()).isEqualTo("ALREADY_EXISTS ID_TAKEN");
    }

    @Test
    void getTenant_unknown_notFound() {
        assertThat(failure(() -> get("acme")).what()).isEqualTo("NOT_FOUND TENANT_NOT_FOUND");
        assertThat(failure(() -> get("A")).fields()).containsExactly("name");
    }

    @Test
    void listTenants_entryWithoutTenant_skipped() {
        create(Fixtures.tenant("alpha"));
        leaveClaimsWithoutTenant("bravo", "bravo.example");
        create(Fixtures.tenant("charlie"));
        ListTenantsResponse page =
                admin.tenants().listTenants(ListTenantsRequest.newBuilder().build());
        assertThat(page.getTenantsList())
                .extracting(Tenant::getName)
                .containsExactly("tenants/alpha", "tenants/charlie");
    }

    @Test
    void listTenants_tokenOfAnotherList_refused() {
        create(Fixtures.tenant("alpha"));
        create(Fixtures.tenant("bravo"));
        ListTenantsRequest.Builder request = ListTenantsRequest.newBuilder().setPageSize(1);
        ListTenantsResponse first = admin.tenants().listTenants(request.build());
        ListTenantsResponse second = admin.tenants()
                .listTenants(request.setPageToken(first.getNextPageToken()).build());
        assertThat(second.getTenantsList()).extracting(Tenant::getName).containsExactly("tenants/bravo");
        assertThat(failure(() -> admin.catalogs()
                                .listCatalogs(io.keywarden.admin.v1.ListCatalogsRequest.newBuilder()
                                        .setPageToken(first.getNextPageToken())
                                        .build()))
                        .fields())
                .containsExactly("page_token");
    }

    @Test
    void disableTenant_active_disabledOnceInHistory() {
        create(Fixtures.tenant("acme"));
        admin.clock.advance(Duration.ofMinutes(1));
        Tenant disabled = disable("");
        assertThat(disabled.getState()).isEqualTo(Tenant.State.DISABLED);
        assertThat(disable("")).isEqualTo(disabled);
        Tenant enabled = enable("");
        assertThat(enabled.getState()).isEqualTo(Tenant.State.ACTIVE);
        assertThat(enable("")).isEqualTo(enabled);
        List<EventRecord> history = history();
        assertThat(history)
                .extracting(EventRecord::getKind)
                .containsExactly("CreateTenant", "DisableTenant", "EnableTenant");
        assertThat(history.get(1).getChangesList())
                .extracting(change -> change.getPath() + " " + change.getBefore() + " " + change.getAfter())
                .containsExactly("state \"ACTIVE\" \"DISABLED\"");
    }

    @Test
    void disableTenant_otherEtag_aborted() {
        Tenant made = create(Fixtures.tenant("acme"));
        assertThat(failure(() -> disable("other")).what()).isEqualTo("ABORTED ETAG_MISMATCH");
        assertThat(disable(made.getEtag()).getState()).isEqualTo(Tenant.State.DISABLED);
        assertThat(failure(() -> enable(made.getEtag())).what()).isEqualTo("ABORTED ETAG_MISMATCH");
    }

    @Test
    void enableTenant_anotherEnabledFirst_noSecondEvent() {
        create(Fixtures.tenant("acme"));
        disable("");
        admin.store.beforeNextCommit(() -> enable(""));
        Tenant enabled = enable("");
        assertThat(enabled.getState()).isEqualTo(Tenant.State.ACTIVE);
        assertThat(history()).hasSize(3);
    }

    @Test
    void disableTenant_active_commitTakenByFullStore() {
        create(Fixtures.tenant("acme"));
        disable("");
        Commit last = admin.store.committed().get(admin.store.committed().size() - 1);
        assertThat(last.urgency()).isEqualTo(Commit.Urgency.NARROWS);
    }

    private void leaveClaimsWithoutTenant(String id, String host) {
        admin.store.breakCommits(writes(RecordKind.TENANT), new Outcome.Unknown("cut"), false);
        assertThat(failure(() -> create(Fixtures.tenant(id, host))).what()).startsWith("UNAVAILABLE");
        admin.store.repair();
    }

    private static Predicate<Commit> writes(RecordKind kind) {
        return commit ->
                commit.records().stream().anyMatch(change -> change.key().kind() == kind);
    }

    private List<EventRecord> history() {
        return admin.records().stream()
                .filter(record -> record.key().kind() == RecordKind.TENANT)
                .findFirst()
                .map(record -> admin.history(record.key()))
                .orElseThrow();
    }

    private static CredentialSource.Builder source() {
        return CredentialSource.newBuilder().setForm(CredentialSource.Form.TOKEN);
    }

    private Tenant create(CreateTenantRequest request) {
        return admin.tenants().createTenant(request).getTenant();
    }

    private Tenant get(String id) {
        return admin.tenants()
                .getTenant(
                        GetTenantRequest.newBuilder().setName("tenants/" + id).build())
                .getTenant();
    }

    private Tenant disable(String etag) {
        return admin.tenants()
                .disableTenant(DisableTenantRequest.newBuilder()
                        .setName("tenants/acme")
                        .setEtag(etag)
                        .build())
                .getTenant();
    }

    private Tenant enable(String etag) {
        return admin.tenants()
                .enableTenant(EnableTenantRequest.newBuilder()
                        .setName("tenants/acme")
                        .setEtag(etag)
                        .build())
                .getTenant();
    }
}
