package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.RevokeReason;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.Aliases;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class TokenStateTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private String name = "";

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        name = Fixtures.make(admin, createToken(token("CI"))).getToken().getName();
        admin.clock.advance(Duration.ofMinutes(1));
    }

    @Test
    void disableToken_active_disabledUntilEnabled() {
        Token disabled = disable("");
        assertThat(disabled.getState()).isEqualTo(Token.State.DISABLED);
        assertThat(disabled.getBlockedByList()).containsExactly("DISABLED");
        Token enabled = enable("");
        assertThat(enabled.getState()).isEqualTo(Token.State.ACTIVE);
        assertThat(enabled.getBlockedByList()).isEmpty();
        assertThat(get()).isEqualTo(enabled);
    }

    @Test
    void everyChange_repeated_unchangedWithoutEvent() {
        Token disabled = disable("");
        admin.clock.advance(Duration.ofMinutes(1));
        assertThat(disable("")).isEqualTo(disabled);
        Token enabled = enable("");
        assertThat(enable("")).isEqualTo(enabled);
        Token revoked = revoke(RevokeReason.COMPROMISED);
        assertThat(revoke(RevokeReason.UNUSED)).isEqualTo(revoked);
        Token deleted = delete("");
        admin.clock.advance(Duration.ofMinutes(1));
        assertThat(delete("")).isEqualTo(deleted);
        assertThat(history())
                .extracting(EventRecord::getKind)
                .containsExactly("CreateToken", "DisableToken", "EnableToken", "RevokeToken", "DeleteToken");
    }

    @Test
    void revokeToken_active_finalWithReason() {
        Token revoked = revoke(RevokeReason.COMPROMISED);
        assertThat(revoked.getState()).isEqualTo(Token.State.REVOKED);
        assertThat(revoked.getRevokeReason()).isEqualTo(RevokeReason.COMPROMISED);
        Failure failed = failure(() -> enable(""));
        assertThat(failed.what()).isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
        assertThat(failed.precondition()).isEqualTo("TOKEN_REVOKED " + name);
        assertThat(failure(() -> disable("")).what()).isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
    }

    @Test
    void revokeToken_unknownReason_refused() {
        RevokeTokenRequest request =
                RevokeTokenRequest.newBuilder().setName(name).setReasonValue(99).build();
        assertThat(failure(() -> admin.tokens().revokeToken(request)).fields()).containsExactly("reason");
    }

    @Test
    void revokeToken_claimOfTheTenantsIdTakenAway_revoked() {
        RecordKey claim = new Aliases(admin.keys.tagKeys()).key(AliasRecord.Namespace.TENANT_ID, "acme");
        admin.store.inner().overwrite(claim, Optional.empty());
        assertThat(revoke(RevokeReason.COMPROMISED).getState()).isEqualTo(Token.State.REVOKED);
    }

    @Test
    void deleteToken_active_tombstoneRemains() {
        Token deleted = delete("");
        assertThat(deleted.getState()).isEqualTo(Token.State.DELETED);
        assertThat(Instant.ofEpochSecond(deleted.getPurgeTime().getSeconds()))
                .isEqualTo(admin.clock.instant().plus(DeleteToken.KEPT));
        assertThat(get()).isEqualTo(deleted);
        List.of(failure(() -> enable("")), failure(() -> disable("")), failure(() -> revoke(RevokeReason.OTHER)))
                .forEach(failed -> assertThat(failed.what()).isEqualTo("FAILED_PRECONDITION TOKEN_DELETED"));
        assertThat(failure(() -> Fixtures.make(admin, createToken(token("CI")))).what())
                .isEqualTo("ALREADY_EXISTS NAME_TAKEN");
    }

    @Test
    void narrowingChanges_always_takenByFullStore() {
        disable("");
        revoke(RevokeReason.POLICY);
        delete("");
        List<Commit> all = admin.store.committed();
        assertThat(all.subList(all.size() - 3, all.size()))
                .allSatisfy(commit -> assertThat(commit.urgency()).isEqualTo(Commit.Urgency.NARROWS))
                .allSatisfy(commit -> assertThat(commit.records()).hasSize(2));
    }

    @Test
    void change_otherEtag_aborted() {
        String etag = get().getEtag();
        assertThat(failure(() -> disable("other")).what()).isEqualTo("ABORTED ETAG_MISMATCH");
        disable(etag);
        Failure failed = failure(() -> enable(etag));
        assertThat(failed.what()).isEqualTo("ABORTED ETAG_MISMATCH");
        assertThat(failed.resource()).isEqualTo("keywarden.io/Token " + name);
        assertThat(failure(() -> delete(etag)).what()).isEqualTo("ABORTED ETAG_MISMATCH");
    }

    @Test
    void revokeToken_anotherWriterBetween_decidedOnTheNewState() {
        admin.store.beforeNextCommit(() -> disable(""));
        assertThat(revoke(RevokeReason.OTHER).getState()).isEqualTo(Token.State.REVOKED);
        assertThat(history())
                .extracting(EventRecord::getKind)
                .containsExactly("CreateToken", "DisableToken", "RevokeToken");
    }

    @Test
    void enableToken_revokedBetween_refused() {
        disable("");
        admin.store.beforeNextCommit(() -> revoke(RevokeReason.OTHER));
        assertThat(failure(() -> enable("")).what()).isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
    }

    @Test
    void disableToken_etagGivenAndAnotherWriterBetween_aborted() {
        String etag = get().getEtag();
        admin.store.beforeNextCommit(() -> revoke(RevokeReason.OTHER));
        assertThat(failure(() -> disable(etag)).what()).isEqualTo("ABORTED ETAG_MISMATCH");
    }

    @Test
    void revokeToken_noAnswer_saysThatItIsNotKnown() {
        admin.store.breakCommits(commit -> true, new Outcome.Unknown("cut"), false);
        Failure failed = failure(() -> revoke(RevokeReason.OTHER));
        assertThat(failed.what()).isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        assertThat(failed.metadata()).containsEntry("written", "unknown");
        assertThat(get().getState()).isEqualTo(Token.State.ACTIVE);
    }

    @Test
    void getToken_timesAndTenant_blockedByTellsAll() {
        long now = admin.clock.instant().getEpochSecond();
        Token.Builder later = token("later")
                .setNotBeforeTime(Timestamp.newBuilder().setSeconds(now + 60))
                .setExpireTime(Timestamp.newBuilder().setSeconds(now + 120));
        name = Fixtures.make(admin, createToken(later)).getToken().getName();
        assertThat(get().getBlockedByList()).containsExactly("NOT_YET_VALID");
        admin.clock.advance(Duration.ofSeconds(60));
        assertThat(get().getBlockedByList()).isEmpty();
        admin.clock.advance(Duration.ofSeconds(60));
        admin.tenants()
                .disableTenant(DisableTenantRequest.newBuilder()
                        .setName("tenants/acme")
                        .build());
        disable("");
        assertThat(get().getBlockedByList()).containsExactly("DISABLED", "TENANT_DISABLED", "EXPIRED");
    }

    @Test
    void getToken_ofAnotherTenant_notFound() {
        admin.tenants().createTenant(Fixtures.tenant("beta"));
        name = name.replace("acme", "beta");
        Failure failed = failure(this::get);
        assertThat(failed.what()).isEqualTo("NOT_FOUND TOKEN_NOT_FOUND");
        name = name.replace("beta", "gamma");
        assertThat(failure(this::get).what()).isEqualTo("NOT_FOUND TENANT_NOT_FOUND");
        name = "tenants/acme/tokens/short";
        assertThat(failure(this::get).fields()).containsExactly("name");
    }

    private List<EventRecord> history() {
        return admin.history(RecordKey.token(new TokenId(name.substring("tenants/acme/tokens/".length()))));
    }

    private Token get() {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }

    private Token disable(String etag) {
        return admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder()
                        .setName(name)
                        .setEtag(etag)
                        .build())
                .getToken();
    }

    private Token enable(String etag) {
        return admin.tokens()
                .enableToken(EnableTokenRequest.newBuilder()
                        .setName(name)
                        .setEtag(etag)
                        .build())
                .getToken();
    }

    private Token revoke(RevokeReason reason) {
        return admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder()
                        .setName(name)
                        .setReason(reason)
                        .build())
                .getToken();
    }

    private Token delete(String etag) {
        return admin.tokens()
                .deleteToken(DeleteTokenRequest.newBuilder()
                        .setName(name)
                        .setEtag(etag)
                        .build())
                .getToken();
    }
}
