package io.keywarden.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.policy.Reason;
import io.keywarden.store.v1.StoreRecord;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads records that are to be believed: signed by Admin, not older than seen before, and of the store that is known. The
 * marker of the store is read along with every read, since a missing record means nothing in a store that was emptied or
 * exchanged. Never blocks, never completes exceptionally. Safe for use by several threads.
 */
public final class VerifiedReader {
    private final RecordReader reader;
    private final RecordOpener opener;
    private final HighWater highWater;
    /** Which store this is: given, or the first one seen. Set once. */
    private final AtomicReference<@Nullable Uid> incarnation;

    /**
     * Makes one.
     *
     * @param incarnation which store it has to be; empty takes the first one that is seen
     */
    public VerifiedReader(RecordReader reader, RecordOpener opener, HighWater highWater, Optional<Uid> incarnation) {
        this.reader = reader;
        this.opener = opener;
        this.highWater = highWater;
        this.incarnation = new AtomicReference<>(incarnation.orElse(null));
    }

    /** Which store this is, where that is known by now. */
    public Optional<Uid> incarnation() {
        return Optional.ofNullable(incarnation.get());
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
        List<HighWater.@Nullable Mark> before = new ArrayList<>(all.size());
        all.forEach(key -> before.add(highWater.before(key)));
        return reader.fetch(all, limit).handle((fetched, bug) -> {
            if (bug != null) {
                return everywhere(keys.size(), Reason.INTERNAL, "reading failed with " + bug);
            }
            if (fetched instanceof RecordReader.Fetched.Values answered) {
                return judge(all, before, answered.values());
            }
            return everywhere(
                    keys.size(), Reason.STORE_UNAVAILABLE, ((RecordReader.Fetched.Unavailable) fetched).detail());
        });
    }

    private List<Lookup<StoredRecord>> judge(
            List<RecordKey> keys, List<HighWater.@Nullable Mark> before, List<Optional<ByteString>> values) {
        if (values.size() != keys.size()) {
            return everywhere(
                    keys.size() - 1, Reason.INTERNAL, values.size() + " values came (expected: " + keys.size() + ")");
        }
        Optional<Lookup.CannotTell<StoredRecord>> wrongStore = markerDefect(values.get(0), before.get(0));
        if (wrongStore.isPresent()) {
            return everywhere(
                    keys.size() - 1, wrongStore.get().reason(), wrongStore.get().detail());
        }
        List<Lookup<StoredRecord>> found = new ArrayList<>(keys.size() - 1);
        for (int i = 1; i < keys.size(); i++) {
            found.add(judge(keys.get(i), before.get(i), values.get(i)));
        }
        return found;
    }

    private Lookup<StoredRecord> judge(RecordKey key, HighWater.@Nullable Mark before, Optional<ByteString> value) {
        if (value.isEmpty()) {
            return highWater.absent(key, before).map(VerifiedReader::tampered).orElseGet(Lookup.NotFound::new);
        }
        return opener.open(key, value.get())
                .fold(
                        record -> highWater
                                .found(record, before)
                                .map(VerifiedReader::tampered)
                                .orElseGet(() -> new Lookup.Found<>(record)),
                        tampered -> tampered(tampered.detail()));
    }

    private Optional<Lookup.CannotTell<StoredRecord>> markerDefect(
            Optional<ByteString> value, HighWater.@Nullable Mark before) {
        if (value.isEmpty()) {
            return Optional.of(stale("the store has no marker: it is empty, or not Keywarden's"));
        }
        return opener.open(RecordKey.STORE, value.get())
                .fold(
                        marker -> incarnationDefect(marker)
                                .or(() -> highWater
                                        .found(marker, before)
                                        .map(detail -> new Lookup.CannotTell<>(Reason.RECORD_TAMPERED, detail))),
                        tampered -> Optional.of(new Lookup.CannotTell<>(Reason.RECORD_TAMPERED, tampered.detail())));
    }

    private Optional<Lookup.CannotTell<StoredRecord>> incarnationDefect(StoredRecord marker) {
        Uid found;
        try {
            found = Uid.of(
                    StoreRecord.parseFrom(marker.payload()).getIncarnation().toByteArray());
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return Optional.of(new Lookup.CannotTell<>(Reason.INTERNAL, "the store's marker cannot be read: " + e));
        }
        incarnation.compareAndSet(null, found);
        return found.equals(incarnation.get())
                ? Optional.empty()
                : Optional.of(stale("the store is " + found + " (expected: " + incarnation.get() + ")"));
    }

    private static Lookup.CannotTell<StoredRecord> stale(String detail) {
        return new Lookup.CannotTell<>(Reason.STALE_STATE, detail);
    }

    private static Lookup<StoredRecord> tampered(String detail) {
        return new Lookup.CannotTell<>(Reason.RECORD_TAMPERED, detail);
    }

    private static List<Lookup<StoredRecord>> everywhere(int size, Reason reason, String detail) {
        List<Lookup<StoredRecord>> found = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            found.add(new Lookup.CannotTell<>(reason, detail));
        }
        return found;
    }
}
