package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.v1.HistoryProblem;
import io.keywarden.history.AuditTrail;
import io.keywarden.history.AuditTrail.Logged;
import io.keywarden.policy.Reason;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the histories in the store with what the audit logs say. That finds what nothing in the store can show: that it was
 * put back to an older state as a whole, by somebody or with a server that had missed some writes. Blocks.
 */
public final class HistoryComparison {
    private final AdminStore store;

    /** Takes the store. */
    public HistoryComparison(AdminStore store) {
        this.store = store;
    }

    /** What can be wrong. */
    public enum Kind {
        /** There is no such record, or none that is genuine. */
        RECORD_MISSING,
        /** An event that was written is not there. */
        MISSING,
        /** Another event is in the place of one that was written. */
        REPLACED,
        /** An event is there that no audit log has, after one that they have. */
        NOT_LOGGED,
        /** The history in the store does not fit together. */
        BROKEN
    }

    /**
     * Something that is wrong.
     *
     * @param key the text of the key of the record whose history it is
     * @param sequence the number of the event where it shows
     */
    public record Problem(String key, long sequence, Kind kind) {}

    /**
     * Compares all histories that the audit logs know; empty where nothing is wrong.
     *
     * @throws IOException if the store cannot be read
     */
    public List<Problem> compare(AuditTrail trail) throws IOException {
        List<Problem> problems = new ArrayList<>();
        try {
            trail.keys().forEach(key -> problems.addAll(compare(key, trail)));
        } catch (AdminException e) {
            throw new IOException("the store cannot be read: " + e.failure().reasonName(), e);
        }
        return problems;
    }

    private List<Problem> compare(String key, AuditTrail trail) {
        NavigableMap<Long, Set<Logged>> logged = trail.of(key);
        Optional<StoredRecord> record = RecordKey.parse(key).flatMap(this::genuine);
        if (record.isEmpty()) {
            return logged.values().stream().flatMap(Set::stream).anyMatch(Logged::known)
                    ? List.of(new Problem(key, logged.lastKey(), Kind.RECORD_MISSING))
                    : List.of();
        }
        Map<Long, ByteString> stored = new LinkedHashMap<>();
        HistoryWalk walk = new HistoryWalk(store, record.get(), stored::put);
        List<Problem> problems = new ArrayList<>();
        for (HistoryProblem problem : walk.run()) {
            problems.add(new Problem(key, problem.getSequence(), Kind.BROKEN));
        }
        logged.tailMap(walk.first(), true).forEach((sequence, hashes) -> {
            Optional<ByteString> found = Optional.ofNullable(stored.get(sequence));
            hashes.stream()
                    .filter(Logged::known)
                    .filter(known -> !found.equals(Optional.of(known.hash())))
                    .findFirst()
                    .ifPresent(known ->
                            problems.add(new Problem(key, sequence, found.isPresent() ? Kind.REPLACED : Kind.MISSING)));
        });
        stored.forEach((sequence, hash) -> {
            if (sequence > logged.firstKey() && !isIn(logged, sequence, hash)) {
                problems.add(new Problem(key, sequence, Kind.NOT_LOGGED));
            }
        });
        return problems;
    }

    private static boolean isIn(NavigableMap<Long, Set<Logged>> logged, long sequence, ByteString hash) {
        return logged.getOrDefault(sequence, Set.of()).stream()
                .anyMatch(entry -> entry.hash().equals(hash));
    }

    /** What cannot be read ends the comparison; what is not genuine is told. */
    private Optional<StoredRecord> genuine(RecordKey key) {
        try {
            return store.read(key);
        } catch (AdminException e) {
            if (e.failure() instanceof AdminFailure.StoreFailed failed && failed.reason() == Reason.RECORD_TAMPERED) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
