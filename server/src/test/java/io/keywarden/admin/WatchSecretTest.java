package io.keywarden.admin;

import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
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
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeliveredSecret;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.admin.v1.WatchSecretRequest;
import io.keywarden.admin.v1.WatchSecretResponse;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class WatchSecretTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private final ECKey key = newKey();
    private String name = "";
    private String secret = "";

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        make(true);
    }

    @Test
    void watch_ownSecret_getsEachOneEncryptedForItsKey() {
        Watched watched = watch(own(), 0);
        assertThat(read(watched.last()).getSecret()).isEqualTo(secret);

        String second = rotate(Durations.fromHours(1));
        assertThat(watched.all).hasSize(1);
        admin.watching.fire();
        assertThat(watched.all).hasSize(2).allMatch(response -> !response.hasPlain());
        DeliveredSecret told = read(watched.last());
        assertThat(told.getSecret()).isEqualTo(second);
        assertThat(told.getSecretNumber()).isEqualTo(2);
        admin.watching.fire();
        assertThat(watched.all).hasSize(2);
        assertThat(watched.ended()).isEmpty();
    }

    @Test
    void watch_numberThatIsKnown_isNotSentAgain() {
        Watched watched = watch(own(), 1);
        admin.watching.fire();
        assertThat(watched.all).isEmpty();

        rotate(Durations.fromHours(1));
        admin.watching.fire();
        assertThat(watched.last().getSecretNumber()).isEqualTo(2);
    }

    @Test
    void watch_severalRotationsMissed_getsTheNewest() {
        rotate(Durations.fromHours(1));
        String third = rotate(Durations.fromHours(1));

        assertThat(read(watch(admin.tokens().getChannel(), 1).last()).getSecret())
                .isEqualTo(third);
    }

    @Test
    void watch_secretInItsGracePeriod_refused() {
        Channel before = own();
        rotate(Durations.fromHours(1));

        assertThat(watch(before, 0).ended()).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void watch_begunWithASecretThatEndedSince_ends() {
        Watched watched = watch(own(), 1);
        rotate(Duration.getDefaultInstance());
        admin.watching.fire();

        assertThat(watched.all).isEmpty();
        assertThat(watched.ended()).isEqualTo("UNAUTHENTICATED");
        assertThat(admin.watches.open()).isZero();
    }

    @Test
    void watch_ownSecretWithoutAKey_neverToldInTheClear() {
        recoverable();
        make(false);

        Watched watched = watch(own(), 0);
        assertThat(watched.all).isEmpty();
        assertThat(watched.ended()).isEqualTo("FAILED_PRECONDITION");
    }

    @Test
    void watch_ownSecret_opensNothingElse() {
        String mine = name;
        Channel own = own();
        make(true);

        assertThat(watch(own, 0).ended()).isEqualTo("PERMISSION_DENIED");
        assertThat(Failures.failure(() -> TokenServiceGrpc.newBlockingStub(own)
                                .getToken(GetTokenRequest.newBuilder()
                                        .setName(mine)
                                        .build()))
                        .code())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void watch_tokenThatMayCallForItsOwner_watchesItselfLikeAnyOther() {
        ownedWithSelfService();
        Channel own = own();
        Watched watched = watch(own, 0);
        assertThat(read(watched.last()).getSecret()).isEqualTo(secret);
        String second = rotate(Durations.fromHours(1));
        admin.watching.fire();

        assertThat(read(watched.last()).getSecret()).isEqualTo(second);
        assertThat(watched.ended()).isEmpty();
        assertThat(watch(own, 0).ended()).isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void update_byTheTokenItself_keepsTheKeyThatItsSecretsAreFor() {
        ownedWithSelfService();
        TokenServiceGrpc.TokenServiceBlockingStub own = TokenServiceGrpc.newBlockingStub(own());

        assertThat(Failures.failure(() -> own.updateToken(otherKey())).what())
                .isEqualTo("PERMISSION_DENIED ROLE_MISSING");
        assertThat(admin.tokens().updateToken(otherKey()).getToken().getDeliveryJwk())
                .isNotEqualTo(key.toPublicJWK().toJSONString());
    }

    private UpdateTokenRequest otherKey() {
        return UpdateTokenRequest.newBuilder()
                .setToken(Token.newBuilder()
                        .setName(name)
                        .setDeliveryJwk(newKey().toPublicJWK().toJSONString()))
                .setUpdateMask(FieldMask.newBuilder().addPaths("delivery_jwk"))
                .build();
    }

    private void ownedWithSelfService() {
        OwnedTokens owned = new OwnedTokens(admin);
        owned.changeTenant(tenant -> tenant.setOwnerSelfService(true));
        CreateTokenResponse plain = Fixtures.make(admin, createToken(token("plain")));
        TokenId id = new TokenId(plain.getToken().getName().substring("tenants/acme/tokens/".length()));
        Entry<TokenRecord> record = Entry.of(admin.record(RecordKey.token(id)).orElseThrow(), TokenRecord.parser());
        CreateTokenResponse made =
                owned.token("ann's", owned.owner("ann", record.payload().getGrantsList()));
        name = made.getToken().getName();
        secret = made.getPlain().getSecret();
        var unused = admin.tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(Token.newBuilder()
                                .setName(name)
                                .setDeliveryJwk(key.toPublicJWK().toJSONString()))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("delivery_jwk"))
                        .build());
        secret = rotate(Durations.fromHours(1));
    }

    @Test
    void watch_disabledToken_doesNotWatchItself() {
        Channel own = own();
        admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder().setName(name).build());

        assertThat(watch(own, 0).ended()).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void watch_revoked_ends() {
        Watched byAdmin = watch(admin.tokens().getChannel(), 0);
        Watched byItself = watch(own(), 0);
        admin.tokens().revokeToken(RevokeTokenRequest.newBuilder().setName(name).build());
        admin.watching.fire();

        assertThat(byAdmin.ended()).isEqualTo("FAILED_PRECONDITION");
        assertThat(byItself.ended()).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void watch_byWhoHasTheRight_recoverableIsToldInTheClearWithATrace() {
        recoverable();
        make(false);
        Watched watched = watch(admin.tokens().getChannel(), 0);

        assertThat(watched.last().getPlain().getSecret()).isEqualTo(secret);
        assertThat(kinds()).containsExactly("CreateToken", "WatchSecret");
        String second = rotate(Durations.fromHours(1));
        admin.watching.fire();
        assertThat(watched.last().getPlain().getSecret()).isEqualTo(second);
        assertThat(kinds()).containsExactly("CreateToken", "WatchSecret", "RotateToken", "WatchSecret");
    }

    @Test
    void watch_historyCannotBeWritten_isNotToldInTheClear() {
        recoverable();
        make(false);
        admin.store.breakCommits(commit -> true, new RecordWriter.Outcome.Refused("out of memory"), false);
        Watched watched = watch(admin.tokens().getChannel(), 0);

        assertThat(watched.all).isEmpty();
        assertThat(watched.ended()).isEqualTo("UNAVAILABLE");
    }

    @Test
    void watch_callerGone_isForgotten() {
        Context.CancellableContext context = Context.current().withCancellation();
        Watched watched = new Watched();
        context.run(() -> TokenServiceGrpc.newStub(own()).watchSecret(request(0), watched));
        assertThat(admin.watches.open()).isEqualTo(1);
        context.cancel(null);

        assertThat(admin.watches.open()).isZero();
        rotate(Durations.fromHours(1));
        admin.watching.fire();
        assertThat(watched.all).hasSize(1);
    }

    @Test
    void watch_adminIsStopped_endsForAnotherOne() {
        Watched watched = watch(own(), 0);
        admin.watches.close();

        assertThat(watched.ended()).isEqualTo("UNAVAILABLE");
        assertThat(watch(own(), 0).ended()).isEqualTo("UNAVAILABLE");
    }

    @Test
    void watch_tooMany_refused() {
        for (int i = 0; i < Watches.MOST; i++) {
            watch(admin.tokens().getChannel(), 1);
        }

        assertThat(watch(own(), 1).ended()).isEqualTo("RESOURCE_EXHAUSTED");
    }

    private void make(boolean withKey) {
        CreateTokenResponse made = Fixtures.make(
                admin,
                createToken(token("t" + admin.random.nextInt(Integer.MAX_VALUE))
                        .setDeliveryJwk(withKey ? key.toPublicJWK().toJSONString() : "")));
        name = made.getToken().getName();
        secret = made.getPlain().getSecret();
    }

    private Channel own() {
        return admin.as("Bearer " + secret);
    }

    private String rotate(Duration grace) {
        String text = admin.tokens()
                .rotateToken(RotateTokenRequest.newBuilder()
                        .setName(name)
                        .setGracePeriod(grace)
                        .build())
                .getPlain()
                .getSecret();
        admin.told(text);
        return text;
    }

    private WatchSecretRequest request(int known) {
        return WatchSecretRequest.newBuilder()
                .setName(name)
                .setKnownSecretNumber(known)
                .build();
    }

    private Watched watch(Channel channel, int known) {
        Watched watched = new Watched();
        TokenServiceGrpc.newStub(channel).watchSecret(request(known), watched);
        return watched;
    }

    private void recoverable() {
        var unused = admin.tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder()
                                .setName("tenants/acme")
                                .setTokenPolicy(
                                        TokenPolicy.newBuilder().setSecretVisibility(SecretVisibility.RECOVERABLE)))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("token_policy.secret_visibility"))
                        .build());
    }

    private List<String> kinds() {
        TokenId id = new TokenId(name.substring("tenants/acme/tokens/".length()));
        return admin.history(RecordKey.token(id)).stream()
                .map(EventRecord::getKind)
                .toList();
    }

    private DeliveredSecret read(WatchSecretResponse response) {
        try {
            JWEObject jwe = JWEObject.parse(response.getJwe());
            jwe.decrypt(new ECDHDecrypter(key));
            DeliveredSecret.Builder delivered = DeliveredSecret.newBuilder();
            JsonFormat.parser().merge(jwe.getPayload().toString(), delivered);
            return delivered.build();
        } catch (ParseException | JOSEException | InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** What a caller was sent. Everything is on the thread of the test. */
    private static final class Watched implements StreamObserver<WatchSecretResponse> {
        private final List<WatchSecretResponse> all = new ArrayList<>();
        private String end = "";

        @Override
        public void onNext(WatchSecretResponse response) {
            all.add(response);
        }

        @Override
        public void onError(Throwable failure) {
            end = Status.fromThrowable(failure).getCode().name();
        }

        @Override
        public void onCompleted() {
            end = "OK";
        }

        private WatchSecretResponse last() {
            return all.get(all.size() - 1);
        }

        private String ended() {
            return end;
        }
    }
}
