package io.keywarden.cache;

import com.google.protobuf.ByteString;
import io.keywarden.store.RecordKey;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One tracked connection to one master of Redis, as a {@link Generation} uses it. Whoever makes one arms tracking before
 * the generation begins, and passes on every push in the order in which it came relative to the replies. It is never
 * reconnected: a new connection is a new generation.
 */
public interface Feed {
    /**
     * Sends one read of one key. Never blocks, never completes exceptionally. The reply may come on any thread, and comes
     * when the connection ends at the latest.
     */
    CompletionStage<Reply> read(RecordKey key);

    /** Ends the connection. May be called more than once, and by any thread. */
    void close();

    /** What came of a read. */
    sealed interface Reply {
        /**
         * What this master has under the key, whose slot it owns.
         *
         * @param bytes empty where there is nothing
         */
        record Value(Optional<ByteString> bytes) implements Reply {}

        /**
         * What another master has, to which the slot moves: it may be used for the check that asked, and not kept.
         *
         * @param bytes empty where there is nothing
         * @param untilNanos when that master's lease was to end as it answered: it may be an old one itself
         */
        record Redirected(Optional<ByteString> bytes, long untilNanos) implements Reply {}

        /**
         * No answer.
         *
         * @param detail what happened, for the log
         */
        record Unavailable(String detail) implements Reply {}
    }
}
