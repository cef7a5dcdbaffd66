package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.RevokeReason;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RevokeTokensRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UndeleteTokenRequest;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class UndeleteTokenTest {
    private static final String ANN = "tenants/acme/owners/ann";

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private String name = "";

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        admin.owners().createOwner(Fixtures.owner("ann").build());
        make(token("CI"));
    }

    private void make(Token.Builder token) {
        name = Fixtures.make(admin, createToken(token)).getToken().getName();
        admin.clock.advance(Duration.ofMinutes(1));
    }

    @Test
    void undelete_wasActive_disabledUntilEnabled() {
        Token before = get();
        delete();

        Token back = undelete();

        assertThat(back.getState()).isEqualTo(Token.State.DISABLED);
        assertThat(back.getBlockedByList()).containsExactly("DISABLED");
        assertThat(back.hasPurgeTime()).isFalse();
        assertThat(get()).isEqualTo(back);
        assertThat(admin.tokens()
                        .listTokens(ListTokensRequest.newBuilder()
                                .setParent("tenants/acme")
                                .build())
                        .getTokensList())
                .containsExactly(back);
        Token enabled = enable();
        assertThat(enabled.toBuilder().clearEtag().clearUpdateTime().build())
                .isEqualTo(before.toBuilder().clearEtag().clearUpdateTime().build());
        assertThat(history())
                .extracting(EventRecord::getKind)
                .containsExactly("CreateToken", "DeleteToken", "UndeleteToken", "EnableToken");
    }

    @Test
    void undelete_wasRevoked_revokedForTheSameReason() {
        revoke();
        delete();
        Token back = undelete();
        assertThat(back.getState()).isEqualTo(Token.State.REVOKED);
        assertThat(back.getRevokeReason()).isEqualTo(RevokeReason.COMPROMISED);
        assertThat(failure(this::enable).what()).isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
    }

    @Test
    void undelete_allOfTheTenantRevokedMeanwhile_revoked() {
        delete();
        admin.tokens()
                .revokeTokens(RevokeTokensRequest.newBuilder()
                        .setParent("tenants/acme")
                        .setAllTenant(true)
                        .build());
        assertThat(undelete().getState()).isEqualTo(Token.State.REVOKED);
    }

    @Test
    void undelete_immutable_back() {
        make(token("fixed").setImmutable(true));
        delete();
        assertThat(undelete().getState()).isEqualTo(Token.State.DISABLED);
    }

    @Test
    void undelete_notDeleted_refused() {
        assertThat(failure(this::undelete).what()).isEqualTo("FAILED_PRECONDITION TOKEN_NOT_DELETED");
        delete();
        undelete();
        assertThat(failure(this::undelete).what()).isEqualTo("FAILED_PRECONDITION TOKEN_NOT_DELETED");
    }

    @Test
    void undelete_untilThePurgeTime_thenRefused() {
        delete();
        admin.clock.advance(DeleteToken.KEPT.minusNanos(1));
        undelete();
        delete();
        admin.clock.advance(DeleteToken.KEPT);
        assertThat(failure(this::undelete).what()).isEqualTo("FAILED_PRECONDITION TOKEN_DELETED");
    }

    @Test
    void undelete_ownerMayLessByNow_refused() {
        make(token("ann's").setOwner(ANN));
        delete();
        admin.owners()
                .updateOwner(UpdateOwnerRequest.newBuilder()
                        .setOwner(Fixtures.owner("ann").getOwner().toBuilder()
                                .setName(ANN)
                                .clearGrants())
                        .setUpdateMask(FieldMask.newBuilder().addPaths("grants"))
                        .build());
        assertThat(failure(this::undelete).what()).isEqualTo("PERMISSION_DENIED BEYOND_OWNER");
    }

    @Test
    void undelete_otherEtag_aborted() {
        String etag = get().getEtag();
        delete();
        assertThat(failure(() -> undelete(etag)).what()).isEqualTo("ABORTED ETAG_MISMATCH");
        assertThat(undelete(get().getEtag()).getState()).isEqualTo(Token.State.DISABLED);
    }

    @Test
    void undelete_deletedAgainBetween_decidedOnTheNewState() {
        delete();
        admin.store.beforeNextCommit(this::undelete);
        assertThat(failure(this::undelete).what()).isEqualTo("FAILED_PRECONDITION TOKEN_NOT_DELETED");
    }

    @Test
    void undelete_thenAllLost_disabledAndNotDeletedAgain() {
        Runnable older = admin.store.inner().snapshot();
        delete();
        undelete();
        older.run();
        look();
        assertThat(get().getState()).isEqualTo(Token.State.DISABLED);
    }

    @Test
    void undelete_disabledBeforeAndAllLost_disabled() {
        Runnable older = admin.store.inner().snapshot();
        admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder().setName(name).build());
        delete();
        undelete();
        older.run();
        look();
        assertThat(get().getState()).isEqualTo(Token.State.DISABLED);
    }

    @Test
    void undelete_revokedBeforeAndAllLost_revoked() {
        Runnable older = admin.store.inner().snapshot();
        revoke();
        delete();
        undelete();
        older.run();
        look();
        assertThat(get().getState()).isEqualTo(Token.State.REVOKED);
        assertThat(get().getRevokeReason()).isEqualTo(RevokeReason.COMPROMISED);
    }

    @Test
    void undelete_enabledSinceAndAllLost_stays() {
        delete();
        undelete();
        Runnable older = admin.store.inner().snapshot();
        enable();
        older.run();
        look();
        assertThat(admin.lost).isEmpty();
        assertThat(history()).hasSize(3);
    }

    private void look() {
        admin.condition.epoch("second");
        admin.lostWrites().look();
    }

    private List<EventRecord> history() {
        return admin.history(RecordKey.token(new TokenId(name.substring("tenants/acme/tokens/".length()))));
    }

    private Token get() {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }

    private Token enable() {
        return admin.tokens()
                .enableToken(EnableTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }

    private void revoke() {
        var unused = admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder()
                        .setName(name)
                        .setReason(RevokeReason.COMPROMISED)
                        .build());
    }

    private void delete() {
        var unused = admin.tokens()
                .deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
    }

    private Token undelete() {
        return undelete("");
    }

    private Token undelete(String etag) {
        return admin.tokens()
                .undeleteToken(UndeleteTokenRequest.newBuilder()
                        .setName(name)
                        .setEtag(etag)
                        .build())
                .getToken();
    }
}
