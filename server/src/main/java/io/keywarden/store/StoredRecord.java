package io.keywarden.store;

import com.google.protobuf.ByteString;
import io.keywarden.token.Uid;

/**
 * A record whose signature was verified: what it says, and the exact bytes, which a commit compares.
 *
 * @param key where it was read
 * @param uid the identity of what it describes
 * @param version counts its writes from 1
 * @param chain the end of its history
 * @param payload the message of its kind
 * @param bytes the whole signed record as it was read
 */
public record StoredRecord(
        RecordKey key, Uid uid, long version, ChainHead chain, ByteString payload, ByteString bytes) {
    /**
     * The end of a chain of history events.
     *
     * @param count how many events there are
     * @param hash the hash of the newest: 32 bytes, or none where there is no event
     */
    public record ChainHead(long count, ByteString hash) {
        /** A chain without an event. */
        public static final ChainHead EMPTY = new ChainHead(0, ByteString.EMPTY);
    }

    /** What the next version of this record is built on. */
    public Draft next(ByteString nextPayload, ChainHead nextChain) {
        return new Draft(key, uid, version + 1, nextChain, nextPayload);
    }

    /**
     * A record that is not yet signed.
     *
     * @param key where it will be
     * @param uid the identity of what it describes
     * @param version counts its writes from 1
     * @param chain the end of its history, this write's event included
     * @param payload the message of its kind
     */
    public record Draft(RecordKey key, Uid uid, long version, ChainHead chain, ByteString payload) {
        /** The first version of something new. */
        public static Draft first(RecordKey key, Uid uid, ChainHead chain, ByteString payload) {
            return new Draft(key, uid, 1, chain, payload);
        }
    }
}
