package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.CreateModuleResponse;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTenantResponse;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeleteModuleRequest;
import io.keywarden.admin.v1.DeleteModuleResponse;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.Durability;
import io.keywarden.admin.v1.EnableTenantRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.OutagePolicy;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RevokeTokenResponse;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.TokenServiceGrpc.TokenServiceFutureStub;
import io.keywarden.store.Bounds;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.RecordWriter.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class EffectiveTimeTest {
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration OUTAGE = Duration.ofMinutes(5);
    private static final Duration WAIT = LEASE.plus(Promise.MARGIN);

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness(new Bounds(LEASE, OUTAGE, 1));

    @Test
    void revokeToken_active_effectiveAfterTheLease() {
        RevokeTokenResponse revoked = revoke(makeToken());
        assertThat(revoked.getEffectiveTime()).isEqualTo(in(WAIT));
        assertThat(revoked.getDurability()).isEqualTo(Durability.UNCONFIRMED);
    }

    @Test
    void revokeToken_confirmed_saysSo() {
        String name = makeToken();
        admin.condition.replicated();
        admin.store.breakCommits(commit -> true, new Outcome.Committed(RecordWriter.Durability.CONFIRMED), true);
        RevokeTokenResponse revoked = revoke(name);
        assertThat(revoked.getDurability()).isEqualTo(Durability.CONFIRMED);
        assertThat(revoked.getEffectiveTime()).isEqualTo(in(WAIT));
    }

    @Test
    void revokeToken_unconfirmedWithReplicas_promisesNothing() {
        String name = makeToken();
        admin.condition.replicated();
        RevokeTokenResponse revoked = revoke(name);
        assertThat(revoked.getDurability()).isEqualTo(Durability.UNCONFIRMED);
        assertThat(revoked.hasEffectiveTime()).isFalse();
    }

    @Test
    void revokeToken_repeated_firstTimesWithoutCommit() {
        String name = makeToken();
        RevokeTokenResponse first = revoke(name);
        int commits = admin.store.committed().size();
        admin.clock.advance(Duration.ofHours(1));
        assertThat(revoke(name)).isEqualTo(first);
        assertThat(admin.store.committed()).hasSize(commits);
    }

    @Test
    void revokeToken_repeatedWhereTheFirstAnswerIsNotKnown_holdsFromTheRepeatOn() {
        String name = makeToken();
        admin.store.breakCommits(commit -> true, new Outcome.Unknown("cut"), true);
        assertThat(failure(() -> revoke(name)).what()).isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        admin.store.repair();
        admin.clock.advance(Duration.ofSeconds(9));
        RevokeTokenResponse repeated = revoke(name);
        assertThat(repeated.getEffectiveTime()).isEqualTo(in(WAIT));
        admin.clock.advance(Duration.ofSeconds(9));
        assertThat(revoke(name)).isEqualTo(repeated);
    }

    @Test
    void revokeToken_unconfirmedAndRepeatedWhenReplicasHaveIt_confirmedFromThenOn() {
        String name = makeToken();
        admin.condition.replicated();
        assertThat(revoke(name).hasEffectiveTime()).isFalse();
        assertThat(revoke(name).hasEffectiveTime()).isFalse();
        admin.store.confirmedBy(1);
        admin.clock.advance(Duration.ofSeconds(9));
        RevokeTokenResponse repeated = revoke(name);
        assertThat(repeated.getDurability()).isEqualTo(Durability.CONFIRMED);
        assertThat(repeated.getEffectiveTime()).isEqualTo(in(WAIT));
        admin.clock.advance(Duration.ofSeconds(9));
        assertThat(revoke(name)).isEqualTo(repeated);
    }

    @Test
    void revokeToken_repeatedAfterARestart_confirmedFromTheRepeatOn() throws IOException {
        String name = makeToken();
        admin.condition.replicated();
        admin.store.breakCommits(commit -> true, new Outcome.Committed(RecordWriter.Durability.CONFIRMED), true);
        revoke(name);
        admin.restart();
        assertThat(revoke(name).hasEffectiveTime()).isFalse();
        admin.store.confirmedBy(1);
        admin.clock.advance(Duration.ofSeconds(9));
        RevokeTokenResponse repeated = revoke(name);
        assertThat(repeated.getDurability()).isEqualTo(Durability.CONFIRMED);
        assertThat(repeated.getEffectiveTime()).isEqualTo(in(WAIT));
    }

    @Test
    void revokeToken_repeatedAndLostBeforeItIsConfirmed_unavailable() throws IOException {
        String name = makeToken();
        admin.condition.replicated();
        Runnable older = admin.store.inner().snapshot();
        revoke(name);
        admin.store.confirmedBy(1);
        admin.store.beforeNextConfirm(older);
        assertThat(failure(() -> revoke(name)).what()).startsWith("UNAVAILABLE");
    }

    @Test
    void createToken_repeated_firstTimes() {
        Fixtures.shop(admin);
        CreateTokenResponse first =
                Fixtures.make(admin, createToken(token("CI")).setRequestId("r"));
        admin.clock.advance(Duration.ofMinutes(1));
        CreateTokenResponse repeated =
                Fixtures.make(admin, createToken(token("CI")).setRequestId("r"));
        assertThat(repeated.getSecretWithheld()).isTrue();
        assertThat(repeated.getEffectiveTime()).isEqualTo(first.getEffectiveTime());
        assertThat(repeated.getDurability()).isEqualTo(first.getDurability());
    }

    @Test
    void createToken_validateOnly_hasNoTimes() {
        Fixtures.shop(admin);
        CreateTokenResponse response =
                Fixtures.make(admin, createToken(token("CI")).setValidateOnly(true));
        assertThat(response.hasEffectiveTime()).isFalse();
        assertThat(response.getDurability()).isEqualTo(Durability.DURABILITY_UNSPECIFIED);
    }

    @Test
    void modules_comeAndGo_effectiveAfterTheLongestOutage() {
        admin.catalogs().createCatalog(Fixtures.catalog("shop"));
        CreateModuleResponse made = admin.catalogs().createModule(Fixtures.orders());
        assertThat(made.getEffectiveTime()).isEqualTo(in(WAIT.plus(OUTAGE)));
        DeleteModuleResponse deleted = admin.catalogs()
                .deleteModule(DeleteModuleRequest.newBuilder()
                        .setName("catalogs/shop/modules/orders")
                        .build());
        assertThat(deleted.getEffectiveTime()).isEqualTo(in(WAIT.plus(OUTAGE)));
    }

    @Test
    void createModule_repeated_firstTimes() {
        admin.catalogs().createCatalog(Fixtures.catalog("shop"));
        CreateModuleRequest request =
                Fixtures.orders().toBuilder().setRequestId("r").build();
        CreateModuleResponse first = admin.catalogs().createModule(request);
        admin.clock.advance(Duration.ofMinutes(1));
        assertThat(admin.catalogs().createModule(request)).isEqualTo(first);
    }

    @Nested
    final class OutagePolicies {
        @Test
        void tenant_servesKnown_itsChangesAreEffectiveLater() {
            admin.catalogs().createCatalog(Fixtures.catalog("shop"));
            admin.catalogs().createModule(Fixtures.orders());
            CreateTenantResponse made = admin.tenants().createTenant(tenant(Duration.ofMinutes(2)));
            assertThat(made.getTenant().getOutagePolicy().getServeKnown().getMaxAge())
                    .isEqualTo(Durations.fromMinutes(2));
            assertThat(made.getEffectiveTime()).isEqualTo(in(WAIT));
            String name =
                    Fixtures.make(admin, createToken(token("CI"))).getToken().getName();
            assertThat(revoke(name).getEffectiveTime()).isEqualTo(in(WAIT.plusMinutes(2)));
            assertThat(admin.tenants()
                            .disableTenant(DisableTenantRequest.newBuilder()
                                    .setName("tenants/acme")
                                    .build())
                            .getEffectiveTime())
                    .isEqualTo(in(WAIT.plusMinutes(2)));
        }

        @Test
        void tenant_servesKnownForTooLong_refused() {
            admin.catalogs().createCatalog(Fixtures.catalog("shop"));
            for (Duration wrong : List.of(OUTAGE.plusNanos(1), Duration.ZERO, Duration.ofSeconds(-1))) {
                Failures.Failure failed = failure(() -> admin.tenants().createTenant(tenant(wrong)));
                assertThat(failed.fields()).containsExactly("tenant.outage_policy.serve_known.max_age");
                assertThat(failed.message()).contains("at most 300s");
            }
            admin.tenants().createTenant(tenant(OUTAGE));
        }

        @Test
        void tenant_error_noAge() {
            admin.catalogs().createCatalog(Fixtures.catalog("shop"));
            CreateTenantRequest.Builder request = Fixtures.tenant("acme").toBuilder();
            request.getTenantBuilder()
                    .setOutagePolicy(OutagePolicy.newBuilder().setError(OutagePolicy.Error.getDefaultInstance()));
            assertThat(admin.tenants().createTenant(request.build()).getTenant().hasOutagePolicy())
                    .isFalse();
        }

        private CreateTenantRequest tenant(Duration maxAge) {
            CreateTenantRequest.Builder request = Fixtures.tenant("acme").toBuilder();
            request.getTenantBuilder()
                    .setOutagePolicy(OutagePolicy.newBuilder()
                            .setServeKnown(
                                    OutagePolicy.ServeKnown.newBuilder().setMaxAge(StoreBounds.duration(maxAge))));
            return request.build();
        }
    }

    @Nested
    final class Waiting {
        @Test
        void creations_manyAtOnce_holdNoThread() throws Exception {
            Fixtures.shop(admin);
            admin.timer.waits();
            List<ListenableFuture<CreateTokenResponse>> waiting = new ArrayList<>();
            // The server works on the thread of the caller: one that held it would never come back from the first call.
            for (int i = 0; i < 40; i++) {
                waiting.add(stub().createToken(createToken(token("t" + i)).build()));
            }
            assertThat(waiting).noneMatch(ListenableFuture::isDone);
            assertThat(admin.timer.delays()).hasSize(40).containsOnly(WAIT);
            admin.timer.fire();
            for (ListenableFuture<CreateTokenResponse> one : waiting) {
                admin.told(one.get().getPlain().getSecret());
            }
        }

        @Test
        void enable_unset_waits() {
            String name = makeToken();
            disable(name);
            admin.timer.waits();
            var waiting = stub().enableToken(
                            EnableTokenRequest.newBuilder().setName(name).build());
            assertThat(waiting.isDone()).isFalse();
            admin.timer.fire();
            assertThat(waiting.isDone()).isTrue();
        }

        @Test
        void creationAndEnabling_toldNot_doNotWait() {
            Fixtures.shop(admin);
            admin.timer.waits();
            CreateTokenResponse made =
                    Fixtures.make(admin, createToken(token("CI")).setWait(false));
            assertThat(made.getEffectiveTime()).isEqualTo(in(WAIT));
            admin.tenants()
                    .enableTenant(EnableTenantRequest.newBuilder()
                            .setName("tenants/acme")
                            .setWait(false)
                            .build());
            assertThat(admin.timer.delays()).isEmpty();
        }

        @Test
        void narrowing_unset_doesNotWait() {
            String name = makeToken();
            admin.timer.waits();
            disable(name);
            revoke(name);
            admin.tokens()
                    .deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
            admin.tenants()
                    .disableTenant(DisableTenantRequest.newBuilder()
                            .setName("tenants/acme")
                            .build());
            assertThat(admin.timer.delays()).isEmpty();
        }

        @Test
        void narrowing_told_waits() {
            String name = makeToken();
            admin.timer.waits();
            var waiting = stub().revokeToken(RevokeTokenRequest.newBuilder()
                    .setName(name)
                    .setWait(true)
                    .build());
            assertThat(waiting.isDone()).isFalse();
            assertThat(admin.timer.delays()).containsExactly(WAIT);
            admin.timer.fire();
            assertThat(waiting.isDone()).isTrue();
        }

        @Test
        void nothingPromised_told_doesNotWait() {
            String name = makeToken();
            admin.condition.replicated();
            admin.timer.waits();
            assertThat(admin.tokens()
                            .revokeToken(RevokeTokenRequest.newBuilder()
                                    .setName(name)
                                    .setWait(true)
                                    .build())
                            .hasEffectiveTime())
                    .isFalse();
        }

        private TokenServiceFutureStub stub() {
            return TokenServiceGrpc.newFutureStub(admin.as("Bearer " + admin.bootstrapToken()));
        }
    }

    private String makeToken() {
        Fixtures.shop(admin);
        return Fixtures.make(admin, createToken(token("CI"))).getToken().getName();
    }

    private void disable(String name) {
        admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder().setName(name).build());
    }

    private RevokeTokenResponse revoke(String name) {
        return admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder().setName(name).build());
    }

    private Timestamp in(Duration time) {
        return RecordWrites.timestamp(admin.clock.instant().plus(time));
    }
}
