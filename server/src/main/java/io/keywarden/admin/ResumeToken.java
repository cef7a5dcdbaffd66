package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.token.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a reader of a history stands: the number and the hash of an event. Nobody signs it, since it gives no right: it says what
 * its reader knows, and is compared with what is there.
 */
final class ResumeToken {
    private static final int SUBJECT_BYTES = 8;
    private static final int HASH_BYTES = 32;
    private static final String RULE =
            "the resume_token of a response of this resource whose next event is still kept, or nothing for all events";

    private final byte[] bytes;

    private ResumeToken(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Behind an event of a resource. */
    static ResumeToken at(RecordKey key, ChainHead head) {
        return new ResumeToken(ByteBuffer.allocate(SUBJECT_BYTES + Long.BYTES + HASH_BYTES)
                .put(subject(key))
                .putLong(head.count())
                .put(head.hash().toByteArray())
                .array());
    }

    /**
     * Reads one that a caller sent; empty where the text is.
     *
     * @throws AdminException if it is none
     */
    static Optional<ResumeToken> parse(String field, String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw rejected(field);
        }
        if (bytes.length != SUBJECT_BYTES + Long.BYTES + HASH_BYTES
                || ByteBuffer.wrap(bytes).getLong(SUBJECT_BYTES) < 1) {
            throw rejected(field);
        }
        return Optional.of(new ResumeToken(bytes));
    }

    /** The event, if it is of this resource. */
    Optional<ChainHead> of(RecordKey key) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte[] subject = new byte[SUBJECT_BYTES];
        buffer.get(subject);
        long sequence = buffer.getLong();
        return Arrays.equals(subject, subject(key))
                ? Optional.of(new ChainHead(sequence, ByteString.copyFrom(buffer)))
                : Optional.empty();
    }

    /** What its caller sends again. */
    String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Says that one is not of the resource that is asked for. */
    static AdminException rejected(String field) {
        FieldChecks checks = new FieldChecks();
        checks.require(false, field, RULE);
        checks.finish();
        throw new IllegalStateException("a check that failed (expected: an exception)");
    }

    private static byte[] subject(RecordKey key) {
        return Arrays.copyOf(Sha256.begin().digest(key.text().getBytes(StandardCharsets.US_ASCII)), SUBJECT_BYTES);
    }
}
