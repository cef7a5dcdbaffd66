package io.keywarden.store;

import com.google.protobuf.ByteString;
import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Reads what only Admin needs. Never blocks, never completes exceptionally, and completes within the limit. */
public interface IndexReader {
    /**
     * Reads members of a list that come after one.
     *
     * @param after the member before the first one wanted; empty text for the start
     * @param most how many at most
     */
    CompletionStage<Lookup<List<String>>> list(IndexKey index, String after, int most, Duration limit);

    /** Reads who holds a name. */
    CompletionStage<Lookup<String>> holder(IndexKey index, String name, Duration limit);

    /** Reads what is kept of a request_id. */
    CompletionStage<Lookup<ByteString>> mark(SlotTag slot, String id, Duration limit);

    /**
     * Reads history events, oldest first.
     *
     * @param from the first sequence wanted
     * @param most how many at most
     */
    CompletionStage<Lookup<List<ByteString>>> events(RecordKey key, long from, int most, Duration limit);

    /** Reads when a secret was used last, by where from, the newest use first, as {@link UseWriter} keeps it. */
    CompletionStage<Lookup<List<SecretUse>>> uses(SecretUse.Of of, Duration limit);
}
