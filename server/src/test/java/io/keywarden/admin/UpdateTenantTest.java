package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import io.grpc.Channel;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.OpenPath;
import io.keywarden.admin.v1.OutagePolicy;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.TokenType;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.UpdateTenantResponse;
import io.keywarden.store.Bounds;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.v1.RecordKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class UpdateTenantTest {
    private static final String ACME = "tenants/acme";

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness(new Bounds(Duration.ofSeconds(1), Duration.ofMinutes(5), 1));

    @BeforeEach
    void makeShop() {
        Fixtures.shop(admin);
    }

    @Test
    void updateTenant_maskNamesFields_onlyTheseChange() {
        Tenant changed = update(
                Tenant.newBuilder()
                        .setDisplayName("Acme")
                        .putLabels("tier", "gold")
                        .setTokenPolicy(
                                TokenPolicy.newBuilder().setPrefix("ac").setMaxLifetime(Durations.fromDays(30))),
                "labels",
                "token_policy.max_lifetime");
        assertThat(changed.getDisplayName()).isEqualTo("acme");
        assertThat(changed.getLabelsMap()).containsEntry("tier", "gold");
        assertThat(changed.getTokenPolicy().getPrefix()).isEqualTo("kw");
        assertThat(changed.getTokenPolicy().getMaxLifetime()).isEqualTo(Durations.fromDays(30));
        assertThat(changed.getHostsList()).containsExactly("api.acme.example");
        assertThat(get("acme")).isEqualTo(changed);
    }

    @Test
    void updateTenant_group_allOfItsFieldsReplaced() {
        update(Tenant.newBuilder().setTokenPolicy(TokenPolicy.newBuilder().setMaxLifetime(Durations.fromDays(30))));
        Tenant changed = update(
                Tenant.newBuilder().setTokenPolicy(TokenPolicy.newBuilder().setPrefix("ac")), "token_policy");
        assertThat(changed.getTokenPolicy())
                .isEqualTo(TokenPolicy.newBuilder()
                        .setPrefix("ac")
                        .setSecretVisibility(SecretVisibility.SHOWN_ONCE)
                        .build());
    }

    @Test
    void updateTenant_catalog_refused() {
        assertThat(failure(() -> update(Tenant.newBuilder(), "catalog")).fields())
                .containsExactly("update_mask.paths[0]");
        assertThat(failure(() -> update(Tenant.newBuilder().setCatalog("catalogs/b"), "*"))
                        .fields())
                .containsExactly("tenant.catalog");
    }

    @Test
    void updateTenant_wrongFields_refused() {
        assertThat(failure(() -> update(Tenant.newBuilder().addHosts("A.example")))
                        .fields())
                .containsExactly("tenant.hosts[0]");
        assertThat(failure(() -> update(Tenant.newBuilder()
                                .setTokenPolicy(TokenPolicy.newBuilder()
                                        .addTokenTypes(TokenType.newBuilder()
                                                .setId("erp")
                                                .addDefaultGrants(Grant.newBuilder()
                                                        .setModule("films")
                                                        .addActions(Action.READ))))))
                        .fields())
                .containsExactly("tenant.token_policy.token_types[0].default_grants[0].module");
    }

    @Test
    void updateTenant_otherHosts_newOnesClaimedAndOldOnesFree() {
        update(Tenant.newBuilder().addHosts("new.acme.example"));
        assertThat(failure(() -> admin.tenants().createTenant(Fixtures.tenant("beta", "new.acme.example")))
                        .what())
                .isEqualTo("ALREADY_EXISTS HOST_TAKEN");
        admin.tenants().createTenant(Fixtures.tenant("gamma", "api.acme.example"));
    }

    @Test
    void updateTenant_newHostWithARightToOneTenantOnly_refused() {
        Channel ofAcme = SystemTokens.with(admin, SystemTokens.operation("UpdateTenant", "tenants/acme"));
        assertThat(failure(() -> update(ofAcme, "new.acme.example")).what())
                .isEqualTo("PERMISSION_DENIED ROLE_MISSING");
        update(ofAcme, "api.acme.example");
        update(Tenant.newBuilder().addHosts("new.acme.example"));
        assertThat(get("acme").getHostsList()).containsExactly("new.acme.example");
    }

    private static void update(Channel caller, String host) {
        var unused = TenantServiceGrpc.newBlockingStub(caller)
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder().setName("tenants/acme").addHosts(host))
                        .build());
    }

    @Test
    void updateTenant_hostOfAnother_refusedAndOthersReleased() {
        admin.tenants().createTenant(Fixtures.tenant("beta", "beta.example"));
        assertThat(failure(() -> update(
                                Tenant.newBuilder().addHosts("free.example").addHosts("beta.example")))
                        .what())
                .isEqualTo("ALREADY_EXISTS HOST_TAKEN");
        assertThat(get("acme").getHostsList()).containsExactly("api.acme.example");
        admin.tenants().createTenant(Fixtures.tenant("gamma", "free.example"));
    }

    @Test
    void updateTenant_recordRefused_claimsReleased() {
        admin.store.breakCommits(
                commit -> commit.records().stream()
                        .anyMatch(change -> change.key().kind() == RecordKind.TENANT),
                new Outcome.Refused("full"),
                false);
        assertThat(failure(() -> update(Tenant.newBuilder().addHosts("free.example")))
                        .what())
                .isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        admin.store.repair();
        admin.tenants().createTenant(Fixtures.tenant("gamma", "free.example"));
    }

    @Test
    void updateTenant_otherEtag_abortedWithoutAClaim() {
        int commits = admin.store.committed().size();
        assertThat(failure(() -> update(
                                Tenant.newBuilder().addHosts("free.example").setEtag("other")))
                        .what())
                .isEqualTo("ABORTED ETAG_MISMATCH");
        assertThat(admin.store.committed()).hasSize(commits);
    }

    @Test
    void updateTenant_repeated_sameAnswerWithoutCommit() {
        Tenant first = update(Tenant.newBuilder().setDisplayName("Acme"));
        int commits = admin.store.committed().size();
        assertThat(update(Tenant.newBuilder().setDisplayName("Acme"))).isEqualTo(first);
        assertThat(admin.store.committed()).hasSize(commits);
    }

    @Test
    void updateTenant_anotherFirst_madeOnTheNewState() {
        admin.store.beforeNextCommit(() -> update(Tenant.newBuilder().putLabels("tier", "gold")));
        assertThat(update(Tenant.newBuilder().setDisplayName("Acme")).getLabelsMap())
                .containsEntry("tier", "gold");
    }

    @Test
    void updateTenant_onlyFewerRights_takenByAFullStore() {
        update(Tenant.newBuilder()
                .addOpenPaths(OpenPath.newBuilder().addMethods("GET").setPathTemplate("/healthz")));
        assertThat(urgency()).isEqualTo(Commit.Urgency.GROWS);
        update(Tenant.newBuilder(), "open_paths");
        assertThat(urgency()).isEqualTo(Commit.Urgency.NARROWS);
        update(Tenant.newBuilder()
                .setTokenPolicy(TokenPolicy.newBuilder()
                        .addAllowedActions(Action.READ)
                        .setMaxLifetime(Durations.fromDays(30))));
        assertThat(urgency()).isEqualTo(Commit.Urgency.NARROWS);
        update(Tenant.newBuilder(), "token_policy.max_lifetime");
        assertThat(urgency()).isEqualTo(Commit.Urgency.GROWS);
        update(Tenant.newBuilder().setAllowCorsPreflight(true));
        assertThat(urgency()).isEqualTo(Commit.Urgency.GROWS);
    }

    @Test
    void updateTenant_shorterOutagePolicy_formerOneStillCountsForAWhile() {
        update(Tenant.newBuilder().setOutagePolicy(serveKnown(300)));
        update(Tenant.newBuilder(), "outage_policy");
        UpdateTenantResponse next = respond(Tenant.newBuilder().setDisplayName("Acme"));
        Duration wait = Duration.ofSeconds(301).plus(Promise.MARGIN);
        assertThat(next.getEffectiveTime())
                .isEqualTo(RecordWrites.timestamp(admin.clock.instant().plus(wait)));
        admin.clock.advance(Duration.ofMinutes(8));
        assertThat(respond(Tenant.newBuilder().setDisplayName("ACME")).getEffectiveTime())
                .isEqualTo(RecordWrites.timestamp(
                        admin.clock.instant().plusSeconds(1).plus(Promise.MARGIN)));
    }

    private static OutagePolicy serveKnown(int seconds) {
        return OutagePolicy.newBuilder()
                .setServeKnown(OutagePolicy.ServeKnown.newBuilder().setMaxAge(Durations.fromSeconds(seconds)))
                .build();
    }

    private Tenant get(String id) {
        return admin.tenants()
                .getTenant(
                        GetTenantRequest.newBuilder().setName("tenants/" + id).build())
                .getTenant();
    }

    private Tenant update(Tenant.Builder tenant, String... paths) {
        return respond(tenant, paths).getTenant();
    }

    private UpdateTenantResponse respond(Tenant.Builder tenant, String... paths) {
        return admin.tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(tenant.setName(ACME))
                        .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
                        .build());
    }

    private Commit.Urgency urgency() {
        return admin.store.committed().get(admin.store.committed().size() - 1).urgency();
    }
}
