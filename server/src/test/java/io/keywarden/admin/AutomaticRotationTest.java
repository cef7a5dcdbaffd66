package io.keywarden.admin;

import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.RotationObserver.Outcome;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.RevokeTokensRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotationPolicy;
import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.TokenId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class AutomaticRotationTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private final List<Outcome> seen = new CopyOnWriteArrayList<>();

    @BeforeEach
    void makeTenant() {
        Fixtures.shop(admin);
        visibility(SecretVisibility.RECOVERABLE);
    }

    @Test
    void look_notDue_leavesIt() {
        Token made = make("t", Durations.fromHours(24));
        hours(21);
        admin.rotation(seen::add).look();

        assertThat(get(made)).isEqualTo(made);
        assertThat(seen).isEmpty();
    }

    @Test
    void look_due_rotatesOnceAndPlansTheNext() {
        Token made = make("t", Durations.fromHours(24));
        hours(24);
        AutomaticRotation rotation = admin.rotation(seen::add);
        rotation.look();
        seconds(11);
        rotation.look();

        Token after = get(made);
        assertThat(states(after)).containsExactly("2 CURRENT", "1 GRACE");
        assertThat(after.getNextRotationTime().getSeconds())
                .isBetween(
                        after.getRotateTime().getSeconds() + 77_760,
                        after.getRotateTime().getSeconds() + 86_400);
        assertThat(seen).containsExactly(Outcome.ROTATED);
        EventRecord event = events(made).get(1);
        assertThat(event.getKind()).isEqualTo("RotateToken");
        assertThat(event.getPrincipal()).isEqualTo("keywarden");
    }

    @Test
    void look_manyDue_rotatesAllOfThem() {
        for (int i = 0; i < 250; i++) {
            make("t" + i, Durations.fromMinutes(5));
        }
        hours(1);
        admin.rotation(seen::add).look();

        assertThat(seen).hasSize(250).containsOnly(Outcome.ROTATED);
    }

    @Test
    void look_twoAdmins_oneHasTheTurn() {
        make("t", Durations.fromMinutes(5));
        AutomaticRotation one = admin.rotation(seen::add);
        AutomaticRotation other = admin.rotation(outcome -> {
            throw new AssertionError(outcome);
        });
        hours(1);
        one.look();
        other.look();
        assertThat(seen).containsExactly(Outcome.ROTATED);
    }

    @Test
    void look_theOneWithTheTurnWasKilled_anotherDoesItAfterTheTurn() {
        Token made = make("t", Durations.fromMinutes(5));
        hours(1);
        admin.store.breakCommits(
                commit -> !commit.records().isEmpty(), new RecordWriter.Outcome.Unknown("killed"), false);
        assertThatThrownBy(() -> admin.rotation(seen::add).look()).isInstanceOf(AdminException.class);
        admin.store.repair();
        AutomaticRotation other = admin.rotation(seen::add);
        other.look();
        assertThat(get(made).getSecretsCount()).isEqualTo(1);
        seconds(11);
        other.look();

        assertThat(states(get(made))).containsExactly("2 CURRENT", "1 GRACE");
    }

    @Test
    void look_pausedBetweenReadingAndWriting_neverRotatesTwice() {
        Token made = make("t", Durations.fromMinutes(5));
        hours(1);
        AutomaticRotation other = admin.rotation(seen::add);
        admin.store.beforeNextCommit(() -> {});
        // The second one: the first takes the turn.
        admin.store.beforeNextCommit(() -> {
            seconds(11);
            other.look();
            assertThat(get(made).getSecretsCount()).isEqualTo(2);
        });
        admin.rotation(seen::add).look();

        assertThat(states(get(made))).containsExactly("2 CURRENT", "1 GRACE");
        assertThat(seen).containsExactly(Outcome.ROTATED);
    }

    @Test
    void look_rotatedByHandMeanwhile_isNotDueAnyMore() {
        Token made = make("t", Durations.fromMinutes(5));
        hours(1);
        admin.tokens()
                .rotateToken(
                        RotateTokenRequest.newBuilder().setName(made.getName()).build());
        admin.rotation(seen::add).look();

        assertThat(states(get(made))).containsExactly("2 CURRENT", "1 GRACE");
        assertThat(seen).isEmpty();
    }

    @Test
    void look_policySaysHowLong_theOldOneWorksThatLong() {
        Token made = Fixtures.make(
                        admin,
                        createToken(token("t")
                                .setRotationPolicy(RotationPolicy.newBuilder()
                                        .setPeriod(Durations.fromMinutes(5))
                                        .setGracePeriod(Duration.getDefaultInstance()))))
                .getToken();
        hours(1);
        admin.rotation(seen::add).look();

        assertThat(states(get(made))).containsExactly("2 CURRENT", "1 ENDED");
    }

    @Test
    void look_tenantKeepsNoSecretsAnyMore_rotatesNothing() {
        Token made = make("t", Durations.fromMinutes(5));
        visibility(SecretVisibility.SHOWN_ONCE);
        hours(1);
        admin.rotation(seen::add).look();

        assertThat(get(made).getSecretsCount()).isEqualTo(1);
        assertThat(seen).containsExactly(Outcome.NO_CONSUMER);
    }

    @Test
    void look_disabled_isRotatedAndStaysDisabled() {
        Token made = make("t", Durations.fromMinutes(5));
        admin.tokens()
                .disableToken(
                        DisableTokenRequest.newBuilder().setName(made.getName()).build());
        hours(1);
        admin.rotation(seen::add).look();

        assertThat(get(made).getState()).isEqualTo(Token.State.DISABLED);
        assertThat(get(made).getSecretsCount()).isEqualTo(2);
    }

    @Test
    void look_expiredOrRevokedWithOthers_isNotRotated() {
        Token expired = Fixtures.make(
                        admin,
                        createToken(rotated("e", Durations.fromMinutes(5))
                                .setExpireTime(RecordWrites.timestamp(
                                        admin.clock.instant().plusSeconds(60)))))
                .getToken();
        hours(1);
        admin.rotation(seen::add).look();
        assertThat(get(expired).getSecretsCount()).isEqualTo(1);
        Token revoked = make("r", Durations.fromMinutes(5));
        admin.tokens()
                .revokeTokens(RevokeTokensRequest.newBuilder()
                        .setParent("tenants/acme")
                        .setAllTenant(true)
                        .build());
        hours(1);
        admin.rotation(seen::add).look();
        assertThat(get(revoked).getSecretsCount()).isEqualTo(1);
        assertThat(seen).isEmpty();
    }

    private void hours(int hours) {
        admin.clock.advance(java.time.Duration.ofHours(hours));
    }

    private void seconds(int seconds) {
        admin.clock.advance(java.time.Duration.ofSeconds(seconds));
    }

    private static List<String> states(Token token) {
        return token.getSecretsList().stream()
                .map((Secret secret) -> secret.getNumber() + " " + secret.getState())
                .toList();
    }

    private Token make(String name, Duration period) {
        return Fixtures.make(admin, createToken(rotated(name, period))).getToken();
    }

    private static Token.Builder rotated(String name, Duration period) {
        return token(name).setRotationPolicy(RotationPolicy.newBuilder().setPeriod(period));
    }

    private Token get(Token token) {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(token.getName()).build())
                .getToken();
    }

    private List<EventRecord> events(Token token) {
        String id = token.getName().substring(token.getName().lastIndexOf('/') + 1);
        return admin.history(RecordKey.token(new TokenId(id)));
    }

    private void visibility(SecretVisibility visibility) {
        var unused = admin.tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder()
                                .setName("tenants/acme")
                                .setTokenPolicy(TokenPolicy.newBuilder().setSecretVisibility(visibility)))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("token_policy.secret_visibility"))
                        .build());
    }
}
