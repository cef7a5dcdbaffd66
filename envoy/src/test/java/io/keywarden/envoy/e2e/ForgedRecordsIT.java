package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.BreakableDeployment;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordSigner;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.store.v1.SignedRecord;
import io.keywarden.store.v1.StoredAction;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody who can write to Redis and knows the records, but has none of Admin's keys: writes records of their own. */
@NeedsRedis7
final class ForgedRecordsIT {
    @RegisterExtension
    static final BreakableDeployment BREAKABLE = new BreakableDeployment();

    /** A signing key's id that Keywarden knows, and one that it does not. */
    private static final int KNOWN_KEY = 1;

    private static final int UNKNOWN_KEY = 99;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Deployment deployment;
    private IssuedToken weak;
    private RecordKey key;
    private SignedRecord genuine;

    @BeforeEach
    void issueToken() {
        deployment = BREAKABLE.get();
        weak = deployment.admin().issue(Shop.ACME);
        // A process that just started may miss a lease.
        Eventually.within(PATIENCE, () -> assertThatAnswer(list()).isForbidden("PERMISSION_DENIED"));
        key = deployment.records().of(weak);
        genuine = deployment.records().read(key);
    }

    /** A change of a genuine record that keeps its signature. */
    enum Change {
        GRANTS,
        GRANTS_AND_VERSION,
        VERSION,
        IDENTITY,
        KIND,
        FORMAT,
        SIGNING_KEY,
        NO_SIGNATURE,
        ZERO_SIGNATURE,
        HISTORY,
        ONE_MORE_FIELD,
        NOTHING_LEFT;

        SignedRecord of(SignedRecord genuine) {
            SignedRecord.Builder record = genuine.toBuilder();
            return switch (this) {
                case GRANTS -> record.setPayload(widened(record.getPayload())).build();
                case GRANTS_AND_VERSION ->
                    record.setPayload(widened(record.getPayload()))
                            .setVersion(record.getVersion() + 1)
                            .build();
                case VERSION -> record.setVersion(record.getVersion() + 1_000).build();
                case IDENTITY ->
                    record.setUid(ByteString.copyFrom(new byte[16])).build();
                case KIND -> record.setKind(RecordKind.TENANT).build();
                case FORMAT -> record.setFormat(2).build();
                case SIGNING_KEY -> record.setSigningKey(UNKNOWN_KEY).build();
                case NO_SIGNATURE -> record.clearSignature().build();
                case ZERO_SIGNATURE ->
                    record.setSignature(ByteString.copyFrom(new byte[64])).build();
                case HISTORY -> record.setEventCount(record.getEventCount() + 1).build();
                case ONE_MORE_FIELD -> record.setUnknownFields(oneMoreField()).build();
                case NOTHING_LEFT -> SignedRecord.getDefaultInstance();
            };
        }

        private static UnknownFieldSet oneMoreField() {
            UnknownFieldSet.Field one =
                    UnknownFieldSet.Field.newBuilder().addVarint(1).build();
            return UnknownFieldSet.newBuilder().addField(1_000, one).build();
        }
    }

    @ParameterizedTest
    @EnumSource
    void genuineRecord_changedUnderItsSignature_tampered(Change change) {
        deployment.rawRedis().set(key, change.of(genuine).toByteArray());

        assertTampered();
    }

    @Test
    void ownRecord_signedByAnotherKeyOfAKnownId_tampered() throws GeneralSecurityException {
        forge(KNOWN_KEY);

        assertTampered();
    }

    @Test
    void ownRecord_signedByAKeyOfAnUnknownId_tampered() throws GeneralSecurityException {
        forge(UNKNOWN_KEY);

        assertTampered();
    }

    @Test
    void ownRecord_ofNoRecordsForm_tampered() {
        for (String text : new String[] {"", "\0", "letmein", "{\"grants\":\"all\"}"}) {
            deployment.rawRedis().send("SET", key.text(), text);
            assertTampered();
        }
    }

    private void forge(int keyId) throws GeneralSecurityException {
        RecordSigner forger = new RecordSigner(
                keyId, KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
        ByteString forged = forger.sign(deployment.records().next(key, widened(genuine.getPayload())));
        deployment.rawRedis().set(key, forged.toByteArray());
    }

    private static ByteString widened(ByteString payload) {
        try {
            return TokenRecord.parseFrom(payload).toBuilder()
                    .addGrants(GrantRecord.newBuilder().setAllModules(true).addActions(StoredAction.READ))
                    .build()
                    .toByteString();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("not a token's record", e);
        }
    }

    private Answer list() {
        return deployment
                .gateway()
                .send(RawRequest.get("/v1/orders").host(Shop.ACME_HOST).bearer(weak));
    }

    private void assertTampered() {
        long alarms = deployment.keywarden().checks("RECORD_TAMPERED");
        // What is known may be gone by until Redis has told of the write.
        Eventually.within(
                PATIENCE,
                () -> assertThatAnswer(list()).isUntold("RECORD_TAMPERED").namesNoToken());
        deployment.keywarden().awaitMoreChecks("RECORD_TAMPERED", alarms);
    }
}
