package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EndGracePeriodRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotateTokenResponse;
import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.credential.Proof;
import io.keywarden.credential.TokenText;
import io.keywarden.store.RecordCompiler;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.TokenId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RotateTokenTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private final List<String> secrets = new ArrayList<>();
    private String name = "";

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        make(token("CI"));
    }

    private void make(Token.Builder token) {
        var made = Fixtures.make(admin, createToken(token));
        name = made.getToken().getName();
        secrets.clear();
        secrets.add(made.getPlain().getSecret());
        admin.clock.advance(java.time.Duration.ofMinutes(1));
    }

    @Test
    void rotate_nothingSaid_theOldOneWorksForADay() {
        RotateTokenResponse rotated = rotate(request());

        assertThat(rotated.getToken().getName()).isEqualTo(name);
        assertThat(rotated.getPlain().getAuthorization()).isEqualTo("Bearer " + secrets.get(1));
        assertThat(states(rotated)).containsExactly("2 CURRENT", "1 GRACE");
        assertThat(rotated.getToken().getRotateTime()).isEqualTo(now());
        assertThat(proofs()).containsExactly(Proof.Kind.PROVEN, Proof.Kind.PROVEN);
        admin.clock.advance(java.time.Duration.ofHours(24).minusNanos(1));
        assertThat(proofs()).containsExactly(Proof.Kind.PROVEN, Proof.Kind.PROVEN);
        admin.clock.advance(java.time.Duration.ofNanos(1));
        assertThat(proofs()).containsExactly(Proof.Kind.ENDED, Proof.Kind.PROVEN);
    }

    @Test
    void rotate_noGrace_theOldOneEndsAtOnce() {
        assertThat(states(rotate(request().setGracePeriod(Duration.getDefaultInstance()))))
                .containsExactly("2 CURRENT", "1 ENDED");
        assertThat(proofs()).containsExactly(Proof.Kind.ENDED, Proof.Kind.PROVEN);
    }

    @Test
    void rotate_tenantSaysHowLong_theOldOneWorksThatLong() {
        policy(TokenPolicy.newBuilder().setDefaultGracePeriod(Durations.fromMinutes(5)));

        assertThat(graceEnd(rotate(request()))).isEqualTo(admin.clock.instant().plusSeconds(300));
        assertThat(graceEnd(rotate(request().setGracePeriod(Durations.fromSeconds(7)))))
                .isEqualTo(admin.clock.instant().plusSeconds(7));
    }

    @Test
    void rotate_tokenEndsEarlier_theOldOneEndsWithIt() {
        make(token("short")
                .setExpireTime(RecordWrites.timestamp(admin.clock.instant().plusSeconds(90))));

        assertThat(graceEnd(rotate(request()))).isEqualTo(admin.clock.instant().plusSeconds(30));
    }

    @Test
    void rotate_lifetimeEndsEarlier_theOldOneEndsWithIt() {
        policy(TokenPolicy.newBuilder().setMaxLifetime(Durations.fromHours(1)));

        assertThat(graceEnd(rotate(request()))).isEqualTo(admin.clock.instant().plusSeconds(59 * 60));
    }

    @Test
    void rotate_again_moreThanTwoNeverWork() {
        rotate(request());
        admin.clock.advance(java.time.Duration.ofMinutes(1));

        assertThat(states(rotate(request()))).containsExactly("3 CURRENT", "2 GRACE", "1 ENDED");
        assertThat(proofs()).containsExactly(Proof.Kind.ENDED, Proof.Kind.PROVEN, Proof.Kind.PROVEN);
    }

    @Test
    void rotate_tenantLetsThreeWork_threeWork() {
        policy(TokenPolicy.newBuilder().setMaxLiveSecrets(3));
        rotate(request());
        rotate(request());

        assertThat(states(rotate(request()))).containsExactly("4 CURRENT", "3 GRACE", "2 GRACE", "1 ENDED");
    }

    @Test
    void rotate_shorterGraceThanBefore_noOlderOneOutlivesANewerOne() {
        policy(TokenPolicy.newBuilder().setMaxLiveSecrets(3));
        rotate(request());
        rotate(request().setGracePeriod(Durations.fromSeconds(10)));
        admin.clock.advance(java.time.Duration.ofSeconds(10));

        assertThat(proofs()).containsExactly(Proof.Kind.ENDED, Proof.Kind.ENDED, Proof.Kind.PROVEN);
    }

    @Test
    void rotate_oftenAtOnce_theLastThreeThatEndedAreKnown() {
        for (int i = 0; i < 5; i++) {
            rotate(request().setGracePeriod(Duration.getDefaultInstance()));
        }

        assertThat(states(rotate(request().setGracePeriod(Duration.getDefaultInstance()))))
                .containsExactly("7 CURRENT", "6 ENDED", "5 ENDED", "4 ENDED");
        assertThat(proofs())
                .containsExactly(
                        Proof.Kind.WRONG,
                        Proof.Kind.WRONG,
                        Proof.Kind.WRONG,
                        Proof.Kind.ENDED,
                        Proof.Kind.ENDED,
                        Proof.Kind.ENDED,
                        Proof.Kind.PROVEN);
    }

    @Test
    void rotate_sameRequestAgain_noOtherSecret() {
        RotateTokenRequest request = request().setRequestId("nightly").build();
        RotateTokenResponse first = rotate(request.toBuilder());
        RotateTokenResponse again = admin.tokens().rotateToken(request);

        assertThat(again.getSecretWithheld()).isTrue();
        assertThat(again.getToken()).isEqualTo(first.getToken());
        assertThat(kinds()).containsExactly("CreateToken", "RotateToken");
        assertThat(lastEvent().getRequestId()).isEqualTo("nightly");
        RotateTokenRequest other =
                request.toBuilder().setGracePeriod(Durations.fromSeconds(1)).build();
        assertThat(failure(() -> admin.tokens().rotateToken(other)).what())
                .isEqualTo("INVALID_ARGUMENT REQUEST_ID_REUSED");
    }

    @Test
    void rotate_deletedOrRevoked_refused() {
        var unused1 = admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder().setName(name).build());
        assertThat(failure(() -> rotate(request())).what()).isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
        var unused2 = admin.tokens()
                .deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
        assertThat(failure(() -> rotate(request())).what()).isEqualTo("FAILED_PRECONDITION TOKEN_DELETED");
        assertThat(failure(() -> endGrace()).what()).isEqualTo("FAILED_PRECONDITION TOKEN_DELETED");
    }

    @Test
    void rotate_disabled_staysDisabled() {
        var unused = admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder().setName(name).build());

        assertThat(rotate(request()).getToken().getState()).isEqualTo(Token.State.DISABLED);
    }

    @Test
    void rotate_immutable_rotates() {
        make(token("fixed").setImmutable(true));

        assertThat(states(rotate(request()))).containsExactly("2 CURRENT", "1 GRACE");
    }

    @Test
    void rotate_otherEtag_refused() {
        assertThat(failure(() -> rotate(request().setEtag("other"))).what()).isEqualTo("ABORTED ETAG_MISMATCH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1s", "0.500s", "7776001s"})
    void rotate_graceThatIsNone_refused(String text) throws Exception {
        Duration grace = Durations.parse(text);

        assertThat(failure(() -> rotate(request().setGracePeriod(grace))).fields())
                .containsExactly("grace_period");
        assertThat(failure(() -> policy(TokenPolicy.newBuilder().setDefaultGracePeriod(grace)))
                        .fields())
                .containsExactly("tenant.token_policy.default_grace_period");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 6})
    void policy_secretsThatCannotBe_refused(int live) {
        assertThat(failure(() -> policy(TokenPolicy.newBuilder().setMaxLiveSecrets(live)))
                        .fields())
                .containsExactly("tenant.token_policy.max_live_secrets");
    }

    @Test
    void rotate_history_saysWhichSecretsAndNeverWhatTheyAre() {
        rotate(request());
        EventRecord event = lastEvent();

        assertThat(event.getKind()).isEqualTo("RotateToken");
        assertThat(event.getChangesList()).singleElement().satisfies(change -> {
            assertThat(change.getPath()).isEqualTo("secrets");
            assertThat(change.getAfter()).contains("\"number\":2", "GRACE").doesNotContain("digest");
        });
    }

    @Test
    void endGracePeriod_grace_endsAndIsDoneOnce() {
        rotate(request());
        admin.clock.advance(java.time.Duration.ofMinutes(1));
        Token ended = endGrace();

        assertThat(proofs()).containsExactly(Proof.Kind.ENDED, Proof.Kind.PROVEN);
        assertThat(ended.getSecrets(1).getGraceEndTime()).isEqualTo(now());
        assertThat(endGrace()).isEqualTo(ended);
        assertThat(kinds()).containsExactly("CreateToken", "RotateToken", "EndGracePeriod");
    }

    @Test
    void endGracePeriod_neverRotated_nothingHappens() {
        assertThat(endGrace().getSecretsList())
                .singleElement()
                .satisfies(secret -> assertThat(secret.getState()).isEqualTo(Secret.State.CURRENT));
        assertThat(kinds()).containsExactly("CreateToken");
    }

    @Test
    void rotationWithoutGrace_lostWithAServer_bothSecretsAreAsAfterIt() {
        Runnable older = admin.store.inner().snapshot();
        rotate(request().setGracePeriod(Duration.getDefaultInstance()));
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();

        assertThat(proofs()).containsExactly(Proof.Kind.ENDED, Proof.Kind.PROVEN);
        assertThat(lastEvent().getPrincipal()).isEqualTo("journal");
        assertThat(lastEvent().getKind()).isEqualTo("RotateToken");
    }

    @Test
    void endOfGrace_lostWithAServer_endsAgain() {
        rotate(request());
        Runnable older = admin.store.inner().snapshot();
        var unused = endGrace();
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();

        assertThat(proofs()).containsExactly(Proof.Kind.ENDED, Proof.Kind.PROVEN);
        assertThat(admin.lost).containsExactly(JournalObserver.Outcome.AGAIN);
    }

    @Test
    void endOfGrace_lostWithTheRotation_theNewSecretIsThereAgain() {
        Runnable older = admin.store.inner().snapshot();
        rotate(request());
        var unused = endGrace();
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();

        assertThat(proofs()).containsExactly(Proof.Kind.ENDED, Proof.Kind.PROVEN);
    }

    @Test
    void endOfGrace_survived_isNotDoneAgain() {
        rotate(request());
        var unused = endGrace();
        StoredRecord before = record();
        admin.condition.epoch("second");
        admin.lostWrites().look();

        assertThat(record()).isEqualTo(before);
        assertThat(admin.lost).isEmpty();
    }

    private RotateTokenRequest.Builder request() {
        return RotateTokenRequest.newBuilder().setName(name);
    }

    private RotateTokenResponse rotate(RotateTokenRequest.Builder request) {
        RotateTokenResponse response = admin.tokens().rotateToken(request.build());
        admin.told(response.getPlain().getSecret());
        secrets.add(response.getPlain().getSecret());
        return response;
    }

    private Token endGrace() {
        return admin.tokens()
                .endGracePeriod(EndGracePeriodRequest.newBuilder().setName(name).build())
                .getToken();
    }

    private void policy(TokenPolicy.Builder policy) {
        var unused = admin.tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder().setName("tenants/acme").setTokenPolicy(policy))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("token_policy"))
                        .build());
    }

    private com.google.protobuf.Timestamp now() {
        return RecordWrites.timestamp(admin.clock.instant());
    }

    private static java.time.Instant graceEnd(RotateTokenResponse response) {
        com.google.protobuf.Timestamp end = response.getToken().getSecrets(1).getGraceEndTime();
        return java.time.Instant.ofEpochSecond(end.getSeconds(), end.getNanos());
    }

    private static List<String> states(RotateTokenResponse response) {
        return response.getToken().getSecretsList().stream()
                .map(secret -> secret.getNumber() + " " + secret.getState())
                .toList();
    }

    /** What each secret that was told proves now, by the record in the store. */
    private List<Proof.Kind> proofs() {
        io.keywarden.token.Token token =
                RecordCompiler.token(record()).fold(found -> found, absent -> fail(), unknown -> fail());
        return secrets.stream()
                .map(text -> admin.keys
                        .hasher()
                        .prove(
                                Optional.of(token),
                                TokenText.parse(text).orElseThrow().secret(),
                                admin.clock.instant())
                        .kind())
                .toList();
    }

    private static io.keywarden.token.Token fail() {
        throw new AssertionError("no token (expected: one that is understood)");
    }

    private StoredRecord record() {
        return admin.record(key()).orElseThrow();
    }

    private RecordKey key() {
        return RecordKey.token(new TokenId(name.substring("tenants/acme/tokens/".length())));
    }

    private EventRecord lastEvent() {
        List<EventRecord> events = admin.history(key());
        return events.get(events.size() - 1);
    }

    private List<String> kinds() {
        return admin.history(key()).stream().map(EventRecord::getKind).toList();
    }
}
