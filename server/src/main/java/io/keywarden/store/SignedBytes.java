package io.keywarden.store;

import com.google.protobuf.ByteString;
import io.keywarden.store.v1.SignedRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a record's signature is made over: every field of it but the signature, and the full Redis key. Each part stands
 * behind its length, so that no two records make the same bytes.
 */
final class SignedBytes {
    /** The layout that is written and read. */
    static final int FORMAT = 1;

    private static final byte[] DOMAIN = "keywarden record 1".getBytes(StandardCharsets.US_ASCII);

    private SignedBytes() {}

    static byte[] of(RecordKey key, SignedRecord record) {
        byte[][] parts = {
            DOMAIN,
            number(record.getFormat()),
            number(record.getKindValue()),
            key.text().getBytes(StandardCharsets.US_ASCII),
            record.getUid().toByteArray(),
            number(record.getVersion()),
            number(record.getEventCount()),
            record.getEventHead().toByteArray(),
            record.getPayload().toByteArray(),
            number(record.getSigningKey()),
        };
        int length = 0;
        for (byte[] part : parts) {
            length += Integer.BYTES + part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.putInt(part.length).put(part);
        }
        return all.array();
    }

    static SignedRecord.Builder unsigned(StoredRecord.Draft draft, int signingKey) {
        return SignedRecord.newBuilder()
                .setFormat(FORMAT)
                .setKind(draft.key().kind())
                .setUid(ByteString.copyFrom(draft.uid().toBytes()))
                .setVersion(draft.version())
                .setEventCount(draft.chain().count())
                .setEventHead(draft.chain().hash())
                .setPayload(draft.payload())
                .setSigningKey(signingKey);
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }
}
