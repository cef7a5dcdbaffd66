package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotationPolicy;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.store.v1.TenantRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RotationScheduleTest {
    private static final Duration DAY = Durations.fromHours(24);

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeTenant() {
        Fixtures.shop(admin);
    }

    @Test
    void policy_nobodyCouldGetTheSecret_refused() {
        Token.Builder wanted = token("t").setRotationPolicy(every(DAY));
        assertThat(failure(() -> make(wanted)).what()).isEqualTo("FAILED_PRECONDITION ROTATION_HAS_NO_CONSUMER");
        String name = make(token("t")).getName();
        assertThat(failure(() -> update(wanted.setName(name), "rotation_policy"))
                        .reason())
                .isEqualTo("ROTATION_HAS_NO_CONSUMER");
        String other = make(rotated("other")).getName();
        assertThat(failure(() -> update(token("other").setName(other), "delivery_jwk"))
                        .reason())
                .isEqualTo("ROTATION_HAS_NO_CONSUMER");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 299, 366 * 86_400 + 1})
    void policy_periodThatIsNone_refused(long seconds) {
        assertThat(failure(() -> make(rotated("t").setRotationPolicy(every(Durations.fromSeconds(seconds)))))
                        .fields())
                .containsExactly("token.rotation_policy.period");
    }

    @Test
    void policy_graceAlone_refused() {
        assertThat(failure(() -> make(rotated("t")
                                .setRotationPolicy(RotationPolicy.newBuilder().setGracePeriod(DAY))))
                        .fields())
                .containsExactly("token.rotation_policy.period");
    }

    @Test
    void newTokens_manyAtOnce_areRotatedLittleByLittle() {
        Set<Long> times = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Token made = make(rotated("t" + i));
            long seconds = Durations.toSeconds(Timestamps.between(made.getCreateTime(), made.getNextRotationTime()));
            assertThat(seconds).isBetween(86_400L * 9 / 10, 86_400L);
            times.add(seconds);
        }
        assertThat(times).hasSizeGreaterThan(10);
    }

    @Test
    void rotate_byHand_plansTheNextOneAnew() {
        Token made = make(rotated("t"));
        admin.clock.advance(java.time.Duration.ofHours(12));
        Token after = admin.tokens()
                .rotateToken(
                        RotateTokenRequest.newBuilder().setName(made.getName()).build())
                .getToken();

        assertThat(Timestamps.compare(
                        after.getNextRotationTime(),
                        Timestamps.add(after.getRotateTime(), Durations.fromSeconds(86_400L * 9 / 10))))
                .isNotNegative();
        assertThat(listed()).containsExactly(member(after));
    }

    @Test
    void update_overdueByTheNewPeriod_isNotAllAtThisMoment() {
        Set<String> times = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            make(token("t" + i).setDeliveryJwk(jwk()));
        }
        admin.clock.advance(java.time.Duration.ofDays(10));
        admin.tokens()
                .listTokens(io.keywarden.admin.v1.ListTokensRequest.newBuilder()
                        .setParent("tenants/acme")
                        .build())
                .getTokensList()
                .forEach(token -> {
                    Token after =
                            update(token.toBuilder().clearEtag().setRotationPolicy(every(DAY)), "rotation_policy");
                    long wait =
                            Durations.toSeconds(Timestamps.between(after.getUpdateTime(), after.getNextRotationTime()));
                    assertThat(wait).isBetween(0L, 86_400L / 10);
                    times.add(after.getNextRotationTime().toString());
                });
        assertThat(times).hasSizeGreaterThan(1);
    }

    @Test
    void update_otherField_leavesThePlan() {
        Token made = make(rotated("t"));
        Token after = update(made.toBuilder().clearEtag().setDescription("new"), "description");

        assertThat(after.getNextRotationTime()).isEqualTo(made.getNextRotationTime());
        assertThat(after.getRotationPolicy()).isEqualTo(made.getRotationPolicy());
    }

    @Test
    void update_policyTakenAway_isNotRotatedAnyMore() {
        Token made = make(rotated("t"));
        Token after = update(made.toBuilder().clearEtag().clearRotationPolicy(), "rotation_policy");

        assertThat(after.hasRotationPolicy()).isFalse();
        assertThat(after.hasNextRotationTime()).isFalse();
        assertThat(listed()).isEmpty();
    }

    @Test
    void revoked_or_deleted_isNotRotatedAnyMore() {
        Token revoked = make(rotated("a"));
        Token deleted = make(rotated("b"));
        assertThat(listed()).containsExactlyInAnyOrder(member(revoked), member(deleted));
        admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder()
                        .setName(revoked.getName())
                        .build());
        admin.tokens()
                .deleteToken(DeleteTokenRequest.newBuilder()
                        .setName(deleted.getName())
                        .build());

        assertThat(listed()).isEmpty();
    }

    private List<String> listed() {
        Entry<TenantRecord> tenant = admin.records().stream()
                .filter(record -> record.key().kind() == RecordKind.TENANT)
                .map(record -> Entry.of(record, TenantRecord.parser()))
                .findFirst()
                .orElseThrow();
        return admin.fresh().list(IndexKey.rotations(tenant.stored().key().slot(), tenant.uid()), "", 100);
    }

    private static String member(Token token) {
        String id = token.getName().substring(token.getName().lastIndexOf('/') + 1);
        return RotationSchedule.member(token.getNextRotationTime(), id);
    }

    private Token make(Token.Builder token) {
        return Fixtures.make(admin, createToken(token)).getToken();
    }

    private Token update(Token.Builder token, String path) {
        return admin.tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(token)
                        .setUpdateMask(FieldMask.newBuilder().addPaths(path))
                        .build())
                .getToken();
    }

    private static Token.Builder rotated(String name) {
        return token(name).setDeliveryJwk(jwk()).setRotationPolicy(every(DAY));
    }

    private static RotationPolicy.Builder every(Duration period) {
        return RotationPolicy.newBuilder().setPeriod(period);
    }

    private static String jwk() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toJSONString();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
