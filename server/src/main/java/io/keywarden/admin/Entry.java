package io.keywarden.admin;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.policy.Reason;
import io.keywarden.store.StoredRecord;
import io.keywarden.token.Uid;

/**
 * A record with its payload.
 *
 * @param stored the record
 * @param payload what it says
 * @param <T> the message of its kind
 */
record Entry<T extends MessageLite>(StoredRecord stored, T payload) {
    /**
     * Reads the payload of a genuine record.
     *
     * @throws AdminException if it cannot be read: something is wrong with Keywarden itself
     */
    static <T extends MessageLite> Entry<T> of(StoredRecord stored, Parser<T> parser) {
        try {
            return new Entry<>(stored, parser.parseFrom(stored.payload()));
        } catch (InvalidProtocolBufferException e) {
            throw AdminStore.failed(Reason.INTERNAL, Effect.NOTHING_WRITTEN);
        }
    }

    /** The identity of what it describes. */
    Uid uid() {
        return stored.uid();
    }

    /** The etag of the resource. */
    String etag() {
        return Etags.of(stored);
    }
}
