package io.keywarden.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.store.v1.SignedRecord;
import io.keywarden.token.Sha256;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Reads records, and tells Admin's from anybody else's. Bytes that were verified under a key are remembered by their hash,
 * so that reading them again costs a hash and not a signature. Safe for use by several threads.
 */
public final class RecordOpener {
    private static final int HASH_BYTES = 32;

    private final Map<Integer, Ed25519.Verifier> keys;
    private final Cache<ByteString, Boolean> verified;
    private final LongAdder verifications = new LongAdder();

    /**
     * Takes the live keys.
     *
     * @param keys Ed25519 public keys by id
     * @param remembered how many verified records are remembered at most, about 200 bytes each
     * @throws IllegalArgumentException if a key is of another algorithm
     */
    public RecordOpener(Map<Integer, PublicKey> keys, int remembered) {
        Map<Integer, Ed25519.Verifier> verifiers = new HashMap<>();
        keys.forEach((id, key) -> verifiers.put(id, Ed25519.verifier(id, key)));
        this.keys = Map.copyOf(verifiers);
        this.verified = Caffeine.newBuilder()
                .maximumSize(remembered)
                .executor(Runnable::run)
                .build();
    }

    /** How many signatures were verified so far, wrong ones included. */
    public long verifications() {
        return verifications.sum();
    }

    /** Checks bytes that were found under a key. */
    public Opened open(RecordKey key, ByteString bytes) {
        SignedRecord record;
        try {
            record = SignedRecord.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return tampered(key, "is not a record");
        }
        String defect = formDefect(key, record, bytes);
        if (defect == null) {
            defect = signatureDefect(key, record, bytes);
        }
        return defect == null ? new Opened.Genuine(stored(key, record, bytes)) : tampered(key, defect);
    }

    /** The form is checked strictly, so that there is only one spelling of a record: the one that was signed. */
    private static @Nullable String formDefect(RecordKey key, SignedRecord record, ByteString bytes) {
        if (record.getFormat() != SignedBytes.FORMAT) {
            return "has format " + record.getFormat();
        }
        if (record.getKind() != key.kind()) {
            return "is of kind " + record.getKindValue();
        }
        int head = record.getEventHead().size();
        boolean sized = record.getUid().size() == Uid.BYTES
                && record.getVersion() >= 1
                && record.getEventCount() >= 0
                && head == (record.getEventCount() == 0 ? 0 : HASH_BYTES)
                && record.getSignature().size() == Ed25519.SIGNATURE_BYTES;
        return sized
                        && record.toByteString().equals(bytes)
                        && record.getUnknownFields().isEmpty()
                ? null
                : "is not spelled as records are";
    }

    private @Nullable String signatureDefect(RecordKey key, SignedRecord record, ByteString bytes) {
        Ed25519.Verifier verifier = keys.get(record.getSigningKey());
        if (verifier == null) {
            return "is signed with key " + Integer.toUnsignedString(record.getSigningKey()) + ", which is not one of "
                    + keys.keySet();
        }
        ByteString hash = hash(key, bytes);
        if (verified.getIfPresent(hash) != null) {
            return null;
        }
        verifications.increment();
        if (!verifier.isSigned(
                SignedBytes.of(key, record), record.getSignature().toByteArray())) {
            return "has a wrong signature";
        }
        verified.put(hash, Boolean.TRUE);
        return null;
    }

    private static ByteString hash(RecordKey key, ByteString bytes) {
        MessageDigest sha256 = Sha256.begin();
        sha256.update(key.text().getBytes(StandardCharsets.US_ASCII));
        sha256.update((byte) 0);
        sha256.update(bytes.asReadOnlyByteBuffer());
        return ByteString.copyFrom(sha256.digest());
    }

    private static StoredRecord stored(RecordKey key, SignedRecord record, ByteString bytes) {
        return new StoredRecord(
                key,
                Uid.of(record.getUid().toByteArray()),
                record.getVersion(),
                new StoredRecord.ChainHead(record.getEventCount(), record.getEventHead()),
                record.getPayload(),
                bytes);
    }

    private static Opened tampered(RecordKey key, String defect) {
        return new Opened.Tampered(key.text() + " " + defect);
    }
}
