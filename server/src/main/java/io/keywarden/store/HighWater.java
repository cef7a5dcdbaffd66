package io.keywarden.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.token.Uid;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The highest version seen of each record, by which an older record that was put back is found. A read is compared with
 * what had been seen before it was sent, since answers may be worked on in another order than they came in. It forgets
 * when it is full and when the process ends: it finds a rollback, it does not prevent one. Safe for use by several threads.
 */
public final class HighWater {
    private final Cache<RecordKey, Mark> marks;

    /**
     * Makes one that has seen nothing.
     *
     * @param remembered how many records are remembered at most, about 200 bytes each
     */
    public HighWater(int remembered) {
        this.marks = Caffeine.newBuilder()
                .maximumSize(remembered)
                .executor(Runnable::run)
                .build();
    }

    /**
     * The highest that was seen of a record.
     *
     * @param uid whose it was
     * @param version its version
     */
    record Mark(Uid uid, long version) {}

    /** What has been seen of a record by now; to be asked before a read is sent. */
    @Nullable
    Mark before(RecordKey key) {
        return marks.getIfPresent(key);
    }

    /** Takes note of a genuine record, and says what is wrong with it after {@code before}. */
    Optional<String> found(StoredRecord record, @Nullable Mark before) {
        Optional<String> defect = before == null ? Optional.empty() : defect(record, before);
        if (defect.isEmpty()) {
            Mark seen = new Mark(record.uid(), record.version());
            marks.asMap().merge(record.key(), seen, HighWater::higher);
        }
        return defect;
    }

    /** Says what is wrong with a record not being there after {@code before}. */
    Optional<String> absent(RecordKey key, @Nullable Mark before) {
        return before == null || comesAndGoes(key)
                ? Optional.empty()
                : Optional.of(key.text() + " is gone after version " + before.version());
    }

    private static Optional<String> defect(StoredRecord record, Mark before) {
        RecordKey key = record.key();
        if (!record.uid().equals(before.uid())) {
            return comesAndGoes(key)
                    ? Optional.empty()
                    : Optional.of(key.text() + " has uid " + record.uid() + " after uid " + before.uid());
        }
        return record.version() >= before.version()
                ? Optional.empty()
                : Optional.of(key.text() + " has version " + record.version() + " after version " + before.version());
    }

    private static Mark higher(Mark known, Mark seen) {
        return known.uid().equals(seen.uid()) && known.version() >= seen.version() ? known : seen;
    }

    /** Names can come back, as another claim with a uid of its own; nothing else can. */
    private static boolean comesAndGoes(RecordKey key) {
        return key.kind() == RecordKind.ALIAS;
    }
}
