package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.AdminFailure.StoreFailed;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.policy.Reason;
import io.keywarden.store.Commit;
import io.keywarden.store.IndexKey;
import io.keywarden.store.IndexReader;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.SecretUse;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.VerifiedReader;
import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store as commands use it: a call waits for the answer, for a bounded time, and what cannot be told ends the command
 * with UNAVAILABLE. Blocks: for the threads of Admin only.
 */
public final class AdminStore {
    private static final Logger LOG = LoggerFactory.getLogger(AdminStore.class);

    /** How many keys go into one read; the store takes a few more. */
    private static final int CHUNK = 500;
    /** How much longer than the store's own limit an answer is waited for: it comes before, if nothing is broken. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final VerifiedReader reader;
    private final RecordWriter writer;
    private final IndexReader indexes;
    private final AuditLog audit;
    private final Duration limit;

    /**
     * Takes the store's roles.
     *
     * @param audit keeps what is written
     * @param limit how long one call of the store may take
     */
    public AdminStore(VerifiedReader reader, RecordWriter writer, IndexReader indexes, AuditLog audit, Duration limit) {
        this.reader = reader;
        this.writer = writer;
        this.indexes = indexes;
        this.audit = audit;
        this.limit = limit;
    }

    /** Reads a record; empty where there is none. */
    Optional<StoredRecord> read(RecordKey key) {
        return read(List.of(key)).get(0);
    }

    /** Reads records, in the order of their keys; empty where there is none. */
    List<Optional<StoredRecord>> read(List<RecordKey> keys) {
        List<Optional<StoredRecord>> records = new ArrayList<>(keys.size());
        for (int from = 0; from < keys.size(); from += CHUNK) {
            List<RecordKey> chunk = keys.subList(from, Math.min(from + CHUNK, keys.size()));
            for (Lookup<StoredRecord> found : answer(reader.read(chunk, limit))) {
                records.add(known(found));
            }
        }
        return records;
    }

    /** Reads entries of a list that come after one. */
    List<String> list(IndexKey index, String after, int most) {
        return known(answer(indexes.list(index, after, most, limit))).orElse(List.of());
    }

    /** Reads who holds a name; empty where nobody does. */
    Optional<String> holder(IndexKey index, String name) {
        return known(answer(indexes.holder(index, name, limit)));
    }

    /** Reads what is kept of a request_id; empty where nothing is. */
    Optional<ByteString> mark(SlotTag slot, String id) {
        return known(answer(indexes.mark(slot, id, limit)));
    }

    /** Reads history events, oldest first. */
    List<ByteString> events(RecordKey key, long from, int most) {
        return known(answer(indexes.events(key, from, most, limit))).orElse(List.of());
    }

    /** Reads from where and when a secret was used last, the newest use first. */
    List<SecretUse> uses(SecretUse.Of of) {
        return known(answer(indexes.uses(of, limit))).orElse(List.of());
    }

    /**
     * What came of a commit that was answered.
     *
     * @param conflict which expectation was not met, so that nothing was written; empty if it was written
     * @param durability whether what was written outlives the loss of one server
     */
    record Answer(Optional<Commit.Expected> conflict, RecordWriter.Durability durability) {}

    /**
     * Writes.
     *
     * @return empty if it is written; otherwise which expectation of the commit was not met, so that nothing was written
     */
    Optional<Commit.Expected> commit(Commit commit) {
        return write(commit).conflict();
    }

    /** Writes, and says how durably. */
    Answer write(Commit commit) {
        Outcome outcome = tryCommit(commit);
        if (outcome instanceof Outcome.Conflict conflict) {
            if (conflict.what() == Commit.Expected.HISTORY) {
                // The record is as it was read, since that is looked at first: so its history was tampered with.
                LOG.error(
                        "history does not end where its record says slot={}",
                        commit.slot().text());
                throw failed(Reason.RECORD_TAMPERED, Effect.NOTHING_WRITTEN);
            }
            return new Answer(Optional.of(conflict.what()), RecordWriter.Durability.UNCONFIRMED);
        }
        if (outcome instanceof Outcome.Refused refused) {
            LOG.warn("store refused a commit detail={}", refused.detail());
            throw failed(Reason.STORE_UNAVAILABLE, Effect.NOTHING_WRITTEN);
        }
        if (outcome instanceof Outcome.Unknown unknown) {
            LOG.warn("store did not answer a commit detail={}", unknown.detail());
            throw failed(Reason.STORE_UNAVAILABLE, Effect.UNKNOWN);
        }
        return new Answer(Optional.empty(), ((Outcome.Committed) outcome).durability());
    }

    /** Says how durable all is by now that a slot holds. */
    RecordWriter.Durability confirm(SlotTag slot) {
        try {
            return answer(writer.confirm(slot, 0, limit));
        } catch (AdminException e) {
            return RecordWriter.Durability.UNCONFIRMED;
        }
    }

    /** Writes, and says what came of it. Only what takes a right away is written while the audit log cannot be. */
    Outcome tryCommit(Commit commit) {
        if (commit.urgency() == Commit.Urgency.GROWS && !audit.isWhole()) {
            return new Outcome.Refused("the audit log cannot be written");
        }
        Outcome outcome;
        try {
            outcome = answer(writer.commit(commit, limit));
        } catch (AdminException e) {
            outcome = new Outcome.Unknown("no answer within " + limit.plus(MARGIN));
        }
        if (outcome instanceof Outcome.Committed) {
            audit.committed(commit);
        } else if (outcome instanceof Outcome.Unknown) {
            audit.unknown(commit);
        }
        return outcome;
    }

    private static <T> Optional<T> known(Lookup<T> lookup) {
        return lookup.fold(Optional::of, absent -> Optional.empty(), unknown -> {
            LOG.warn("store cannot tell reason={} detail={}", unknown.reason(), unknown.detail());
            throw failed(unknown.reason(), Effect.NOTHING_WRITTEN);
        });
    }

    private <T> T answer(CompletionStage<T> stage) {
        return await(stage, limit).orElseThrow(() -> failed(Reason.STORE_UNAVAILABLE, Effect.NOTHING_WRITTEN));
    }

    /** What came of a call of the store that may take so long; empty where no answer came in time. */
    static <T> Optional<T> await(CompletionStage<T> stage, Duration limit) {
        try {
            return Optional.of(
                    stage.toCompletableFuture().get(limit.plus(MARGIN).toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a store completed exceptionally (expected: never)", e);
        }
    }

    static AdminException failed(Reason reason, Effect effect) {
        return new AdminException(new StoreFailed(reason, effect));
    }
}
