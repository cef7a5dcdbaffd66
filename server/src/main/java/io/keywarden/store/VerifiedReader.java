package io.keywarden.store;

import com.google.protobuf.ByteString;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads records that are to be believed: signed by Admin, not older than seen before, and of the store that is known. The
 * marker of the store is read along with every read, since a missing record means nothing in a store that was emptied or
 * exchanged. Never blocks, never completes exceptionally. Safe for use by several threads.
 */
public final class VerifiedReader {
    private final RecordReader reader;
    private final RecordJudge judge;
    private final StoreMarker marker;

    /** Takes what reads, and what judges what was read. */
    public VerifiedReader(RecordReader reader, RecordJudge judge, StoreMarker marker) {
        this.reader = reader;
        this.judge = judge;
        this.marker = marker;
    }

    /**
     * Makes one with a judge and a marker of its own.
     *
     * @param incarnation which store it has to be; empty takes the first one that is seen
     */
    public static VerifiedReader of(
            RecordReader reader, RecordOpener opener, HighWater highWater, Optional<Uid> incarnation) {
        RecordJudge judge = new RecordJudge(opener, highWater);
        return new VerifiedReader(reader, judge, new StoreMarker(judge, incarnation));
    }

    /** The store's own record, as it was last seen. */
    public StoreMarker marker() {
        return marker;
    }

    /** Reads one record. */
    public CompletionStage<Lookup<StoredRecord>> read(RecordKey key, Duration limit) {
        return read(List.of(key), limit).thenApply(found -> found.get(0));
    }

    /**
     * Reads some records together.
     *
     * @param keys at most one fewer than {@link RecordReader} takes
     * @return one for each key, in the same order
     */
    public CompletionStage<List<Lookup<StoredRecord>>> read(List<RecordKey> keys, Duration limit) {
        List<RecordKey> all = new ArrayList<>(keys.size() + 1);
        all.add(RecordKey.STORE);
        all.addAll(keys);
        List<RecordJudge.Expectation> expected = new ArrayList<>(all.size());
        all.forEach(key -> expected.add(judge.expect(key)));
        return reader.fetch(all, limit).handle((fetched, bug) -> {
            if (bug != null) {
                return everywhere(keys.size(), Reason.INTERNAL, "reading failed with " + bug);
            }
            if (fetched instanceof RecordReader.Fetched.Values answered) {
                return judge(expected, answered.values());
            }
            return everywhere(
                    keys.size(), Reason.STORE_UNAVAILABLE, ((RecordReader.Fetched.Unavailable) fetched).detail());
        });
    }

    private List<Lookup<StoredRecord>> judge(
            List<RecordJudge.Expectation> expected, List<Optional<ByteString>> values) {
        int size = expected.size() - 1;
        if (values.size() != expected.size()) {
            return everywhere(
                    size, Reason.INTERNAL, values.size() + " values came (expected: " + expected.size() + ")");
        }
        Optional<Decision.CannotTell> wrongStore = marker.defect(expected.get(0), values.get(0));
        if (wrongStore.isPresent()) {
            return everywhere(size, wrongStore.get().reason(), wrongStore.get().detail());
        }
        List<Lookup<StoredRecord>> found = new ArrayList<>(size);
        for (int i = 1; i <= size; i++) {
            found.add(expected.get(i).judge(values.get(i)));
        }
        return found;
    }

    private static List<Lookup<StoredRecord>> everywhere(int size, Reason reason, String detail) {
        List<Lookup<StoredRecord>> found = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            found.add(new Lookup.CannotTell<>(reason, detail));
        }
        return found;
    }
}
