package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DeliveredSecret;
import io.keywarden.admin.v1.EndGracePeriodRequest;
import io.keywarden.admin.v1.PlainSecret;
import io.keywarden.admin.v1.RevealSecretRequest;
import io.keywarden.admin.v1.RevealSecretResponse;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotateTokenResponse;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.text.ParseException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SecretFormsTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private final ECKey key = newKey();

    @BeforeEach
    void makeTenant() {
        Fixtures.shop(admin);
    }

    @Test
    void create_recipientKey_onlyItsHolderReadsTheSecret() {
        CreateTokenResponse made = create(jwk(key), "");

        assertThat(made.hasPlain()).isFalse();
        DeliveredSecret told = read(made.getJwe(), key);
        assertThat(told.getName()).isEqualTo(made.getToken().getName());
        assertThat(told.getSecretNumber()).isEqualTo(1);
        assertThat(told.getAuthorization()).isEqualTo("Bearer " + told.getSecret());
        assertThat(told.getHeader()).isEqualTo("authorization");
        admin.told(told.getSecret());
    }

    @Test
    void create_repeatWithRecipientKey_answersTheSameJwe() {
        CreateTokenResponse made = create(jwk(key), "once");

        assertThat(create(jwk(key), "once").getJwe()).isEqualTo(made.getJwe());
        assertThat(failure(() -> create(jwk(newKey()), "once")).reason()).isEqualTo("REQUEST_ID_REUSED");
        assertThat(failure(() -> create("", "once")).reason()).isEqualTo("REQUEST_ID_REUSED");
    }

    @Test
    void rotate_repeatWithRecipientKey_answersTheSameJwe() {
        String name = create("", "").getToken().getName();
        RotateTokenResponse rotated = rotate(name, jwk(key), "again");

        assertThat(read(rotated.getJwe(), key).getSecretNumber()).isEqualTo(2);
        assertThat(rotate(name, jwk(key), "again").getJwe()).isEqualTo(rotated.getJwe());
        assertThat(failure(() -> rotate(name, "", "again")).reason()).isEqualTo("REQUEST_ID_REUSED");
        assertThat(rotate(name, "", "other").hasPlain()).isTrue();
    }

    @Test
    void requests_privateKey_refusedWithoutRepeatingIt() {
        String name = create("", "").getToken().getName();
        String secret = key.toJSONString();

        var created = failure(() -> create(secret, ""));
        assertThat(created.fields()).containsExactly("recipient_jwk");
        assertThat(created.message()).doesNotContain(key.getD().toString());
        assertThat(failure(() -> rotate(name, secret, "")).fields()).containsExactly("recipient_jwk");
        assertThat(failure(() -> reveal(name, secret)).fields()).containsExactly("recipient_jwk");
        assertThat(failure(() -> update(token("t").setName(name).setDeliveryJwk(secret), "delivery_jwk"))
                        .fields())
                .containsExactly("token.delivery_jwk");
    }

    @Test
    void reveal_shownOnce_refused() {
        String name = create("", "").getToken().getName();

        assertThat(failure(() -> reveal(name, "")).what()).isEqualTo("FAILED_PRECONDITION SECRET_NOT_RECOVERABLE");
        assertThat(record(name).getSecrets(0).getSealed().isEmpty()).isTrue();
        assertThat(kinds(name)).doesNotContain("RevealSecret");
    }

    @Test
    void reveal_recoverable_tellsTheCurrentOneAndLeavesATrace() {
        recoverable(SecretVisibility.RECOVERABLE);
        CreateTokenResponse made = create("", "");
        String name = made.getToken().getName();

        RevealSecretResponse first = reveal(name, "");
        assertThat(first.getPlain()).isEqualTo(made.getPlain());
        assertThat(first.getSecretNumber()).isEqualTo(1);
        PlainSecret second = rotate(name, "", "").getPlain();
        assertThat(reveal(name, "").getPlain()).isEqualTo(second);
        assertThat(read(reveal(name, jwk(key)).getJwe(), key).getSecret()).isEqualTo(second.getSecret());
        assertThat(kinds(name))
                .containsExactly("CreateToken", "RevealSecret", "RotateToken", "RevealSecret", "RevealSecret");
        assertThat(record(name).getSecretsList())
                .extracting(secret -> secret.getSealed().isEmpty())
                .containsExactly(false, true);
    }

    @Test
    void reveal_historyCannotBeWritten_nothingIsTold() {
        recoverable(SecretVisibility.RECOVERABLE);
        String name = create("", "").getToken().getName();
        admin.store.breakCommits(
                commit -> true, new io.keywarden.store.RecordWriter.Outcome.Refused("out of memory"), false);

        assertThat(failure(() -> reveal(name, "")).reason()).isEqualTo("STORE_UNAVAILABLE");
    }

    @Test
    void reveal_tokenOfBeforeTheTenantKeptThem_refusedUntilItIsRotated() {
        String name = create("", "").getToken().getName();
        recoverable(SecretVisibility.RECOVERABLE);

        assertThat(failure(() -> reveal(name, "")).reason()).isEqualTo("SECRET_NOT_RECOVERABLE");
        PlainSecret rotated = rotate(name, "", "").getPlain();
        assertThat(reveal(name, "").getPlain()).isEqualTo(rotated);
    }

    @Test
    void reveal_tenantKeepsThemNoMore_refused() {
        recoverable(SecretVisibility.RECOVERABLE);
        String name = create("", "").getToken().getName();
        recoverable(SecretVisibility.SHOWN_ONCE);

        assertThat(failure(() -> reveal(name, "")).reason()).isEqualTo("SECRET_NOT_RECOVERABLE");
    }

    @Test
    void reveal_ofAnotherToken_neverOpens() {
        recoverable(SecretVisibility.RECOVERABLE);
        TokenRecord one = record(create("", "").getToken().getName());
        CreateTokenResponse other = create("", "");
        Entry<TokenRecord> mixed = new Entry<>(
                admin.record(key(other.getToken().getName())).orElseThrow(),
                record(other.getToken().getName()).toBuilder()
                        .setSecrets(0, one.getSecrets(0))
                        .build());
        Entry<io.keywarden.store.v1.TenantRecord> tenant = admin.records().stream()
                .filter(record -> record.key().kind() == io.keywarden.store.v1.RecordKind.TENANT)
                .map(record -> Entry.of(record, io.keywarden.store.v1.TenantRecord.parser()))
                .findFirst()
                .orElseThrow();

        assertThat(new SecretForms(admin.keys.sealer()).open(tenant, mixed)).isEmpty();
    }

    @Test
    void revoke_recoverable_nothingIsKeptToTellItFrom() {
        recoverable(SecretVisibility.RECOVERABLE);
        String name = create("", "").getToken().getName();
        admin.tokens().revokeToken(RevokeTokenRequest.newBuilder().setName(name).build());

        assertThat(failure(() -> reveal(name, "")).reason()).isEqualTo("TOKEN_REVOKED");
        assertThat(record(name).getSecretsList())
                .allMatch(secret -> secret.getSealed().isEmpty());
        admin.tokens().deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
        assertThat(failure(() -> reveal(name, "")).reason()).isEqualTo("TOKEN_DELETED");
    }

    @Test
    void deliveryKey_newestSecret_isKeptForItAlone() {
        String name = create(token("t").setDeliveryJwk(jwk(key))).getToken().getName();
        assertThat(read(record(name).getSecrets(0).getJwe(), key).getSecretNumber())
                .isEqualTo(1);
        PlainSecret second = rotate(name, "", "").getPlain();

        List<SecretDigest> secrets = record(name).getSecretsList();
        assertThat(read(secrets.get(0).getJwe(), key).getSecret()).isEqualTo(second.getSecret());
        assertThat(secrets.get(1).getJwe()).isEmpty();
    }

    @Test
    void deliveryKey_changed_theOneBeforeGetsNoMore() {
        String name = create(token("t").setDeliveryJwk(jwk(key))).getToken().getName();
        ECKey next = newKey();
        update(token("t").setName(name).setDeliveryJwk(jwk(next)), "delivery_jwk");

        assertThat(record(name).getSecrets(0).getJwe()).isEmpty();
        PlainSecret second = rotate(name, "", "").getPlain();
        assertThat(read(record(name).getSecrets(0).getJwe(), next).getSecret()).isEqualTo(second.getSecret());
    }

    @Test
    void endGracePeriod_current_isStillKept() {
        recoverable(SecretVisibility.RECOVERABLE);
        String name = create("", "").getToken().getName();
        PlainSecret second = rotate(name, "", "").getPlain();
        admin.tokens()
                .endGracePeriod(EndGracePeriodRequest.newBuilder().setName(name).build());

        assertThat(reveal(name, "").getPlain()).isEqualTo(second);
    }

    private CreateTokenResponse create(String recipientJwk, String requestId) {
        String named = requestId.isEmpty() ? "t" + admin.random.nextInt(Integer.MAX_VALUE) : "t";
        CreateTokenResponse made = admin.tokens()
                .createToken(createToken(token(named))
                        .setRecipientJwk(recipientJwk)
                        .setRequestId(requestId)
                        .build());
        if (made.hasPlain()) {
            admin.told(made.getPlain().getSecret());
        }
        return made;
    }

    private CreateTokenResponse create(Token.Builder token) {
        return Fixtures.make(admin, createToken(token));
    }

    private RotateTokenResponse rotate(String name, String recipientJwk, String requestId) {
        RotateTokenResponse rotated = admin.tokens()
                .rotateToken(RotateTokenRequest.newBuilder()
                        .setName(name)
                        .setRecipientJwk(recipientJwk)
                        .setRequestId(requestId)
                        .build());
        if (rotated.hasPlain()) {
            admin.told(rotated.getPlain().getSecret());
        }
        return rotated;
    }

    private RevealSecretResponse reveal(String name, String recipientJwk) {
        return admin.tokens()
                .revealSecret(RevealSecretRequest.newBuilder()
                        .setName(name)
                        .setRecipientJwk(recipientJwk)
                        .build());
    }

    private void update(Token.Builder token, String path) {
        admin.tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(token)
                        .setUpdateMask(FieldMask.newBuilder().addPaths(path))
                        .build());
    }

    private void recoverable(SecretVisibility visibility) {
        admin.tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder()
                                .setName("tenants/acme")
                                .setTokenPolicy(TokenPolicy.newBuilder()
                                        .setSecretVisibility(visibility)
                                        .setDefaultGracePeriod(Durations.fromMinutes(5))))
                        .setUpdateMask(FieldMask.newBuilder()
                                .addPaths("token_policy.secret_visibility")
                                .addPaths("token_policy.default_grace_period"))
                        .build());
    }

    private DeliveredSecret read(String jwe, ECKey key) {
        try {
            JWEObject read = JWEObject.parse(jwe);
            read.decrypt(new ECDHDecrypter(key));
            DeliveredSecret.Builder delivered = DeliveredSecret.newBuilder();
            JsonFormat.parser().merge(read.getPayload().toString(), delivered);
            return delivered.build();
        } catch (ParseException | JOSEException | InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("mine").generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String jwk(ECKey key) {
        return key.toPublicJWK().toJSONString();
    }

    private TokenRecord record(String name) {
        return Entry.of(admin.record(key(name)).orElseThrow(), TokenRecord.parser())
                .payload();
    }

    private List<String> kinds(String name) {
        return admin.history(key(name)).stream().map(EventRecord::getKind).toList();
    }

    private static RecordKey key(String name) {
        return RecordKey.token(new TokenId(name.substring("tenants/acme/tokens/".length())));
    }
}
