package io.keywarden.store;

import com.google.protobuf.ByteString;
import io.keywarden.policy.Reason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says whether bytes that were read are to be believed: signed by Admin, and not older than seen before. Safe for use by
 * several threads.
 */
public final class RecordJudge {
    private final RecordOpener opener;
    private final HighWater highWater;

    /** Takes what tells genuine records, and what was seen of them. */
    public RecordJudge(RecordOpener opener, HighWater highWater) {
        this.opener = opener;
        this.highWater = highWater;
    }

    /** To be called before a key's read is sent: what comes is compared with what had been seen by then. */
    public Expectation expect(RecordKey key) {
        return new Expectation(key, highWater.before(key));
    }

    /** What a read that was sent has to agree with. */
    public final class Expectation {
        private final RecordKey key;
        private final HighWater.@Nullable Mark before;

        private Expectation(RecordKey key, HighWater.@Nullable Mark before) {
            this.key = key;
            this.before = before;
        }

        /** Whether this version, and nothing newer, was what had been seen of the record. */
        public boolean isStill(long version) {
            return before != null && before.version() == version;
        }

        /** Judges what came. Costs a signature for bytes that are new, a tenth of a millisecond or two. */
        public Lookup<StoredRecord> judge(Optional<ByteString> value) {
            if (value.isEmpty()) {
                return highWater.absent(key, before).map(RecordJudge::tampered).orElseGet(Lookup.NotFound::new);
            }
            return opener.open(key, value.get()).fold(this::notOlder, tampered -> tampered(tampered.detail()));
        }

        /** Whether it is Admin's at all, whatever had been seen before. */
        Opened open(ByteString value) {
            return opener.open(key, value);
        }

        /** Judges a genuine record by what had been seen before. */
        Lookup<StoredRecord> notOlder(StoredRecord record) {
            return highWater
                    .found(record, before)
                    .map(RecordJudge::tampered)
                    .orElseGet(() -> new Lookup.Found<>(record));
        }
    }

    private static Lookup<StoredRecord> tampered(String detail) {
        return new Lookup.CannotTell<>(Reason.RECORD_TAMPERED, detail);
    }
}
