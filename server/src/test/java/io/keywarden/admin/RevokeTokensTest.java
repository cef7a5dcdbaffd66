package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.JournalObserver.Outcome;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.EnableOwnerRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.GetOwnerRequest;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.ReassignTokenRequest;
import io.keywarden.admin.v1.RevokeReason;
import io.keywarden.admin.v1.RevokeTokensRequest;
import io.keywarden.admin.v1.RevokeTokensResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.v1.RecordKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RevokeTokensTest {
    private static final String ANN = "tenants/acme/owners/ann";

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private String anns = "";
    private String service = "";

    @BeforeEach
    void makeTokens() {
        Fixtures.shop(admin);
        admin.owners().createOwner(Fixtures.owner("ann").build());
        anns = make(token("of ann").setOwner(ANN));
        service = make(token("service").putLabels("team", "x"));
    }

    @Test
    void revokeTokens_ofAnOwner_onlyTheirs() {
        RevokeTokensResponse revoked = revoke(request().setOwner(ANN).setReason(RevokeReason.OWNER_LEFT));
        assertThat(revoked.getRevokedCount()).isEqualTo(1);
        assertThat(revoked.getNextPageToken()).isEmpty();
        assertThat(get(anns).getState()).isEqualTo(Token.State.REVOKED);
        assertThat(get(anns).getRevokeReason()).isEqualTo(RevokeReason.OWNER_LEFT);
        assertThat(get(service).getState()).isEqualTo(Token.State.ACTIVE);
        assertThat(Timestamps.compare(
                        admin.owners()
                                .getOwner(GetOwnerRequest.newBuilder()
                                        .setName(ANN)
                                        .build())
                                .getOwner()
                                .getValidFrom(),
                        RecordWrites.timestamp(admin.clock.instant())))
                .isZero();
    }

    @Test
    void revokeTokens_whileATokenIsReassigned_revokedAllTheSame() {
        admin.owners().createOwner(Fixtures.owner("ben").build());
        admin.store.beforeNextCommit(() -> revoke(request().setOwner(ANN)));
        for (String owner : List.of("tenants/acme/owners/ben", "")) {
            ReassignTokenRequest reassign = ReassignTokenRequest.newBuilder()
                    .setName(anns)
                    .setOwner(owner)
                    .build();
            assertThat(failure(() -> admin.tokens().reassignToken(reassign)).what())
                    .isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
            assertThat(get(anns).getState()).isEqualTo(Token.State.REVOKED);
        }
    }

    @Test
    void revokeTokens_ofTheTenant_allAndLaterOnesWork() {
        assertThat(revoke(request().setAllTenant(true)).getRevokedCount()).isEqualTo(2);
        assertThat(get(anns).getBlockedByList()).containsExactly("REVOKED");
        assertThat(get(service).getBlockedByList()).containsExactly("REVOKED");
        assertThat(get(make(token("later"))).getBlockedByList()).isEmpty();
        assertThat(get(make(token("later of ann").setOwner(ANN))).getBlockedByList())
                .isEmpty();
        assertThat(admin.tenants()
                        .getTenant(GetTenantRequest.newBuilder()
                                .setName("tenants/acme")
                                .build())
                        .getTenant()
                        .hasValidFrom())
                .isTrue();
    }

    @Test
    void revokeTokens_withALabel_onlyThose() {
        assertThat(revoke(label("team", "y")).getRevokedCount()).isZero();
        assertThat(revoke(label("team", "x")).getRevokedCount()).isEqualTo(1);
        assertThat(get(service).getState()).isEqualTo(Token.State.REVOKED);
        assertThat(get(anns).getState()).isEqualTo(Token.State.ACTIVE);
    }

    @Test
    void revokeTokens_takenByAFullStore() {
        int before = admin.store.committed().size();
        revoke(request().setAllTenant(true));
        assertThat(admin.store
                        .committed()
                        .subList(before, admin.store.committed().size()))
                .hasSize(3)
                .extracting(Commit::urgency)
                .containsOnly(Commit.Urgency.NARROWS);
    }

    @Test
    void revokeTokens_sweepBroken_revokedAllTheSame() {
        breakTokens();
        assertThat(failure(() -> revoke(request().setOwner(ANN))).code()).isNotNull();
        admin.store.repair();
        Token token = get(anns);
        assertThat(token.getState()).isEqualTo(Token.State.REVOKED);
        assertThat(token.getBlockedByList()).containsExactly("REVOKED");
        assertThat(failure(() -> enable(anns)).what()).isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
        assertThat(failure(() -> admin.tokens()
                                .updateToken(UpdateTokenRequest.newBuilder()
                                        .setToken(
                                                Token.newBuilder().setName(anns).setDescription("new"))
                                        .build()))
                        .what())
                .isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
        assertThat(failure(() -> admin.tokens()
                                .reassignToken(ReassignTokenRequest.newBuilder()
                                        .setName(anns)
                                        .build()))
                        .what())
                .isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
        assertThat(revoke(request().setOwner(ANN)).getRevokedCount()).isEqualTo(1);
    }

    @Test
    void revokeTokens_noTimeLeft_aNextCallGoesOn() {
        for (int i = 0; i < 110; i++) {
            make(token("t" + i));
        }
        admin.store.afterNextCommit(() -> {});
        admin.store.afterNextCommit(() -> admin.clock.advance(Duration.ofSeconds(16)));
        RevokeTokensResponse first = revoke(request().setAllTenant(true));
        assertThat(first.getRevokedCount()).isEqualTo(100);
        assertThat(first.getNextPageToken()).isNotEmpty();
        String later = make(token("later"));
        RevokeTokensResponse second = revoke(request().setAllTenant(true).setPageToken(first.getNextPageToken()));
        assertThat(second.getRevokedCount()).isEqualTo(12);
        assertThat(second.getNextPageToken()).isEmpty();
        assertThat(get(later).getState()).isEqualTo(Token.State.ACTIVE);
        assertThat(failure(() -> revoke(request().setOwner(ANN).setPageToken(first.getNextPageToken())))
                        .fields())
                .containsExactly("page_token");
    }

    @Test
    void revokeTokens_wrongRequests_refused() {
        assertThat(failure(() -> revoke(request())).fields()).containsExactly("which");
        assertThat(failure(() -> revoke(request().setAllTenant(false))).fields())
                .containsExactly("all_tenant");
        assertThat(failure(() -> revoke(label("Team", "x"))).fields()).containsExactly("label.key");
        assertThat(failure(() -> revoke(request().setOwner("tenants/other/owners/ann")))
                        .fields())
                .containsExactly("owner");
        assertThat(failure(() -> revoke(request().setOwner(ANN + "a"))).what()).isEqualTo("NOT_FOUND OWNER_NOT_FOUND");
    }

    @Test
    void look_revocationOfAnOwnerLost_madeAgainEvenAfterTheyWereEnabled() throws IOException {
        Runnable older = admin.store.inner().snapshot();
        revoke(request().setOwner(ANN).setReason(RevokeReason.COMPROMISED));
        admin.owners()
                .disableOwner(DisableOwnerRequest.newBuilder().setName(ANN).build());
        admin.owners().enableOwner(EnableOwnerRequest.newBuilder().setName(ANN).build());
        older.run();
        admin.condition.epoch("second");
        admin.lostWritesAfterRestart().look();
        assertThat(get(anns).getState()).isEqualTo(Token.State.REVOKED);
        assertThat(get(service).getState()).isEqualTo(Token.State.ACTIVE);
        assertThat(admin.lost).containsExactly(Outcome.AGAIN);
    }

    @Test
    void look_revocationOfATenantLost_madeAgain() throws IOException {
        Runnable older = admin.store.inner().snapshot();
        revoke(request().setAllTenant(true));
        older.run();
        admin.condition.epoch("second");
        admin.lostWritesAfterRestart().look();
        assertThat(get(anns).getState()).isEqualTo(Token.State.REVOKED);
        assertThat(get(service).getState()).isEqualTo(Token.State.REVOKED);
    }

    @Test
    void look_revocationSurvived_notMadeAgain() throws IOException {
        revoke(request().setAllTenant(true));
        String later = make(token("later"));
        admin.condition.epoch("second");
        admin.lostWritesAfterRestart().look();
        assertThat(get(later).getState()).isEqualTo(Token.State.ACTIVE);
        assertThat(admin.lost).isEmpty();
    }

    @Test
    void look_revocationByLabelLost_madeAgain() throws IOException {
        Runnable older = admin.store.inner().snapshot();
        revoke(label("team", "x"));
        older.run();
        admin.condition.epoch("second");
        admin.lostWritesAfterRestart().look();
        assertThat(get(service).getState()).isEqualTo(Token.State.REVOKED);
    }

    private void breakTokens() {
        admin.store.breakCommits(
                commit -> commit.records().stream()
                        .anyMatch(change -> change.key().kind() == RecordKind.TOKEN),
                new RecordWriter.Outcome.Refused("full"),
                false);
    }

    private static RevokeTokensRequest.Builder request() {
        return RevokeTokensRequest.newBuilder().setParent("tenants/acme");
    }

    private static RevokeTokensRequest.Builder label(String key, String value) {
        return request()
                .setLabel(RevokeTokensRequest.Label.newBuilder().setKey(key).setValue(value));
    }

    private RevokeTokensResponse revoke(RevokeTokensRequest.Builder request) {
        return admin.tokens().revokeTokens(request.build());
    }

    private String make(Token.Builder token) {
        return Fixtures.make(admin, createToken(token)).getToken().getName();
    }

    private Token get(String name) {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }

    private void enable(String name) {
        var unused = admin.tokens()
                .enableToken(EnableTokenRequest.newBuilder().setName(name).build());
    }
}
