package io.keywarden.store;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Reads the bytes of records. Whether they are to be believed is {@link VerifiedReader}'s to say. */
public interface RecordReader {
    /**
     * Reads some keys, in the order given, together: what is read for a later key is never older than what is read for an
     * earlier one of the same slot. Never blocks, never completes exceptionally, and completes within {@code limit}.
     *
     * @param keys at most 600
     * @param limit how long the answer is waited for
     */
    CompletionStage<Fetched> fetch(List<RecordKey> keys, Duration limit);

    /** What came of it. */
    sealed interface Fetched {
        /**
         * The store answered.
         *
         * @param values one for each key; empty where there is nothing
         */
        record Values(List<Optional<ByteString>> values) implements Fetched {}

        /**
         * The store did not answer in time, or not as it should.
         *
         * @param detail what happened, for the log
         */
        record Unavailable(String detail) implements Fetched {}
    }
}
