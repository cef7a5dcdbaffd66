package io.keywarden.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.keywarden.store.v1.SignedRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RecordOpenerTest {
    private final SecureRandom random = new SecureRandom();
    private final Records records = new Records();
    private final RecordOpener opener = records.opener();
    private final SlotTag slot = SlotTag.random(random);
    private final RecordKey key = RecordKey.tenant(slot, Uid.random(random));
    private final StoredRecord.Draft draft = records.draft(key);
    private final ByteString bytes = records.sign(draft);

    @Test
    void open_signed_genuineWithAllThatWasSigned() {
        StoredRecord.ChainHead chain = new StoredRecord.ChainHead(3, ByteString.copyFrom(new byte[32]));
        StoredRecord.Draft second = new StoredRecord.Draft(key, draft.uid(), 2, chain, draft.payload());
        ByteString signed = records.sign(second);

        assertThat(opener.open(key, signed))
                .isEqualTo(new Opened.Genuine(new StoredRecord(key, draft.uid(), 2, chain, draft.payload(), signed)));
    }

    @Test
    void open_anyBitFlipped_tampered() {
        byte[] original = bytes.toByteArray();
        for (int i = 0; i < original.length; i++) {
            byte[] flipped = original.clone();
            flipped[i] ^= (byte) (1 << random.nextInt(8));
            assertTampered(opener, key, ByteString.copyFrom(flipped));
        }
    }

    @Test
    void open_anyByteDroppedOrAdded_tampered() {
        for (int i = 0; i <= bytes.size(); i++) {
            assertTampered(
                    opener,
                    key,
                    bytes.substring(0, i)
                            .concat(ByteString.copyFrom(new byte[] {1}))
                            .concat(bytes.substring(i)));
        }
        for (int i = 0; i < bytes.size(); i++) {
            assertTampered(opener, key, bytes.substring(0, i).concat(bytes.substring(i + 1)));
        }
    }

    @Test
    void open_otherSpellingOfTheSameFields_tampered() throws Exception {
        SignedRecord unknownField = SignedRecord.parseFrom(bytes.concat(ByteString.copyFrom(new byte[] {0x50, 1})));
        assertTampered(opener, key, unknownField.toByteString());
        assertTampered(opener, key, bytes.concat(bytes));
    }

    @Test
    void open_copiedToAnotherKey_tampered() {
        assertTampered(opener, RecordKey.tenant(slot, Uid.random(random)), bytes);
        assertTampered(opener, RecordKey.tenant(SlotTag.random(random), draft.uid()), bytes);
    }

    @Test
    void open_copiedToAnotherKind_tampered() {
        assertTampered(opener, RecordKey.catalog(slot, draft.uid()), bytes);
        assertTampered(opener, RecordKey.module(slot, draft.uid()), bytes);
    }

    @Test
    void open_copiedToAnotherKeyAfterItWasVerified_tampered() {
        assertThat(opener.open(key, bytes)).isInstanceOf(Opened.Genuine.class);

        assertTampered(opener, RecordKey.tenant(slot, Uid.random(random)), bytes);
    }

    @Test
    void open_unknownSigningKey_tampered() {
        RecordOpener other = new RecordOpener(Map.of(8, Records.keyPair().getPublic()), 10);

        assertTampered(other, key, bytes);
    }

    @Test
    void open_signedWithAnotherKeyOfTheSameId_tampered() {
        RecordOpener other =
                new RecordOpener(Map.of(Records.KEY_ID, Records.keyPair().getPublic()), 10);

        assertTampered(other, key, bytes);
    }

    @Test
    void open_empty_tampered() {
        assertTampered(opener, key, ByteString.EMPTY);
    }

    @Test
    void open_verifiedBytesAgain_needsNoSignature() {
        assertThat(opener.open(key, bytes)).isInstanceOf(Opened.Genuine.class);
        assertThat(opener.verifications()).isEqualTo(1);

        assertThat(opener.open(key, bytes)).isInstanceOf(Opened.Genuine.class);
        assertThat(opener.verifications()).isEqualTo(1);
    }

    @Test
    void open_tamperedBytesAgain_stillTampered() {
        ByteString forged = forgedBy(Records.KEY_ID, Records.keyPair().getPrivate());
        assertTampered(opener, key, forged);
        assertTampered(opener, key, forged);
        assertThat(opener.verifications()).isEqualTo(2);
    }

    @Test
    void constructor_keyOfAnotherAlgorithm_refused() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        KeyPair pair = generator.generateKeyPair();

        assertThatThrownBy(() -> new RecordOpener(Map.of(1, pair.getPublic()), 10))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RecordSigner(1, pair.getPrivate())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void signer_keyOfTheSameFamily_refused() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed448").generateKeyPair();

        assertThatThrownBy(() -> Ed25519.signer(7, pair.getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("signing key 7");
    }

    @Test
    void sign_record_asThePlatformWouldSignIt() throws GeneralSecurityException {
        KeyPair pair = Records.keyPair();
        byte[] message = draft.payload().toByteArray();
        Signature platform = Signature.getInstance("Ed25519");
        platform.initSign(pair.getPrivate());
        platform.update(message);

        // RFC 8032, 5.1.6: nothing in a signature is random.
        assertThat(Ed25519.signer(1, pair.getPrivate()).sign(message)).isEqualTo(platform.sign());
    }

    /** Somebody who can write to Redis and knows every format, but has no signing key of Admin's. */
    @Nested
    class Forger {
        @Test
        void ownKeyUnderAdminsId_tampered() {
            assertTampered(
                    opener, key, forgedBy(Records.KEY_ID, Records.keyPair().getPrivate()));
        }

        @Test
        void ownKeyUnderAnyId_tampered() {
            for (int id : new int[] {0, 1, 8, -1, Integer.MAX_VALUE}) {
                assertTampered(opener, key, forgedBy(id, Records.keyPair().getPrivate()));
            }
        }

        @Test
        void signatureOfAnotherRecord_tampered() throws Exception {
            SignedRecord stolen = SignedRecord.parseFrom(bytes);
            assertTampered(
                    opener,
                    key,
                    stolen.toBuilder()
                            .setPayload(ByteString.copyFromUtf8("more rights"))
                            .build()
                            .toByteString());
            assertTampered(opener, key, stolen.toBuilder().setVersion(2).build().toByteString());
        }

        @Test
        void degenerateSignatures_tampered() {
            SignedRecord unsigned = SignedBytes.unsigned(draft, Records.KEY_ID).build();
            byte[] ones = new byte[64];
            Arrays.fill(ones, (byte) 0xff);
            byte[] identity = new byte[64];
            identity[0] = 1;
            for (byte[] signature :
                    new byte[][] {new byte[0], new byte[63], new byte[64], new byte[65], ones, identity}) {
                ByteString forged = unsigned.toBuilder()
                        .setSignature(ByteString.copyFrom(signature))
                        .build()
                        .toByteString();
                assertTampered(opener, key, forged);
            }
        }

        @Test
        void historyEventOrMarkAsRecord_tampered() {
            assertTampered(opener, key, draft.payload());
            assertTampered(opener, key, ByteString.copyFrom(new byte[200]));
        }
    }

    private ByteString forgedBy(int keyId, PrivateKey own) {
        SignedRecord.Builder forged = SignedBytes.unsigned(draft, keyId);
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(own);
            signature.update(SignedBytes.of(key, forged.build()));
            return forged.setSignature(ByteString.copyFrom(signature.sign()))
                    .build()
                    .toByteString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertTampered(RecordOpener opener, RecordKey at, ByteString found) {
        assertThat(opener.open(at, found)).isInstanceOf(Opened.Tampered.class);
    }
}
