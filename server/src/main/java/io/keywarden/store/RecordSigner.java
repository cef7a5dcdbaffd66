package io.keywarden.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.store.v1.SignedRecord;
import java.security.PrivateKey;

/**
 * Makes records: signs them with the active Ed25519 key (RFC 8032). Only Admin has one of these, so whoever owns a
 * replica that checks, or can write to Redis, cannot make a record. Safe for use by several threads. Prints nothing of the
 * key.
 */
public final class RecordSigner {
    private final int keyId;
    private final Ed25519.Signer key;

    /**
     * Takes the active key.
     *
     * @param keyId its id, which every record names
     * @param key an Ed25519 key
     * @throws IllegalArgumentException if it is a key of another algorithm
     */
    public RecordSigner(int keyId, PrivateKey key) {
        this.keyId = keyId;
        this.key = Ed25519.signer(keyId, key);
    }

    /** The id of the key. */
    public int keyId() {
        return keyId;
    }

    /** The id of the key that a genuine record is signed with. */
    public static int keyOf(StoredRecord record) {
        try {
            return SignedRecord.parseFrom(record.bytes()).getSigningKey();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(record.key().text() + " (expected: a genuine record)", e);
        }
    }

    /** Signs a record for the key that it will be under; the answer is what is written there. */
    public ByteString sign(StoredRecord.Draft draft) {
        SignedRecord.Builder record = SignedBytes.unsigned(draft, keyId);
        return record.setSignature(ByteString.copyFrom(key.sign(SignedBytes.of(draft.key(), record.buildPartial()))))
                .build()
                .toByteString();
    }
}
