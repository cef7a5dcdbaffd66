package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordOpener;
import io.keywarden.store.RecordReader;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.store.RecordSigner;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.RecordWriter.Durability;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.StoredRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The store, below what trusts its marker, for those who make and change the marker. A call waits for the answer, for a
 * bounded time. Blocks.
 *
 * @param reader reads it
 * @param writer writes to it
 * @param opener tells genuine records
 * @param signer makes them
 */
public record MarkerStore(RecordReader reader, RecordWriter writer, RecordOpener opener, RecordSigner signer) {
    /** What is under the marker's key. */
    Fetched fetch(Duration limit) {
        return AdminStore.await(reader.fetch(List.of(RecordKey.STORE), limit), limit)
                .orElse(new Fetched.Unavailable("no answer"));
    }

    /**
     * Writes a marker.
     *
     * @param before what has to be there; empty where nothing may be
     */
    Outcome commit(Optional<ByteString> before, StoredRecord.Draft draft, Duration limit) {
        Commit commit = new Commit(
                RecordKey.STORE.slot(),
                Commit.Urgency.GROWS,
                List.of(RecordChange.write(RecordKey.STORE, before, signer.sign(draft))),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
        return AdminStore.await(writer.commit(commit, limit), limit).orElse(new Outcome.Unknown("no answer"));
    }

    /** Says whether so many replicas have the marker that is there. */
    Durability confirm(int replicas, Duration limit) {
        return AdminStore.await(writer.confirm(RecordKey.STORE.slot(), replicas, limit), limit)
                .orElse(Durability.UNCONFIRMED);
    }
}
