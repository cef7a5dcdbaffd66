package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.store.Commit;
import io.keywarden.store.InMemoryStore;
import io.keywarden.store.IndexKey;
import io.keywarden.store.IndexReader;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.SecretUse;
import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A store in memory that remembers its commits, and does what a test wants before one of them, or instead of it. */
final class WatchedStore implements RecordReader, RecordWriter, IndexReader {
    private static final int MAX_KEYS = 600;

    private final InMemoryStore store;
    private final List<Commit> committed = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> beforeCommits = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> afterCommits = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> beforeConfirms = new ConcurrentLinkedQueue<>();
    private Predicate<Commit> picked = commit -> false;
    private final Queue<Runnable> beforePicked = new ConcurrentLinkedQueue<>();
    private Predicate<Commit> broken = commit -> false;
    private Outcome brokenOutcome = new Outcome.Committed(RecordWriter.Durability.CONFIRMED);
    private boolean writesThough;
    private int confirming;

    WatchedStore(InMemoryStore store) {
        this.store = store;
    }

    InMemoryStore inner() {
        return store;
    }

    /** Runs something once, before the next commit, as another writer would. */
    void beforeNextCommit(Runnable action) {
        beforeCommits.add(action);
    }

    /** Runs something once, before the next commit that a test picks. */
    void beforeCommit(Predicate<Commit> which, Runnable action) {
        picked = which;
        beforePicked.add(action);
    }

    /** Runs something once, after the next commit that is written, before its writer hears of it. */
    void afterNextCommit(Runnable action) {
        afterCommits.add(action);
    }

    /** Answers an outcome to the commits that a test picks, whether it then writes them or not. */
    void breakCommits(Predicate<Commit> which, Outcome outcome, boolean butWrite) {
        broken = which;
        brokenOutcome = outcome;
        writesThough = butWrite;
    }

    void repair() {
        broken = commit -> false;
    }

    List<Commit> committed() {
        return List.copyOf(committed);
    }

    /** The keys of all records that were ever written. */
    Set<RecordKey> keys() {
        Set<RecordKey> keys = new LinkedHashSet<>();
        committed.forEach(commit -> commit.records().forEach(change -> keys.add(change.key())));
        return keys;
    }

    @Override
    public CompletionStage<Outcome> commit(Commit commit, Duration limit) {
        Runnable action = beforeCommits.poll();
        if (action != null) {
            action.run();
        }
        Runnable pickedAction = picked.test(commit) ? beforePicked.poll() : null;
        if (pickedAction != null) {
            pickedAction.run();
        }
        if (broken.test(commit)) {
            return writesThough
                    ? write(commit, limit).thenApply(ignored -> brokenOutcome)
                    : CompletableFuture.completedFuture(brokenOutcome);
        }
        return write(commit, limit);
    }

    /** Runs something once, before it is next asked what is confirmed. */
    void beforeNextConfirm(Runnable action) {
        beforeConfirms.add(action);
    }

    /** How many replicas confirm from now on. */
    void confirmedBy(int replicas) {
        confirming = replicas;
    }

    @Override
    public CompletionStage<Durability> confirm(SlotTag slot, int atLeast, Duration limit) {
        Runnable action = beforeConfirms.poll();
        if (action != null) {
            action.run();
        }
        return CompletableFuture.completedFuture(
                confirming >= Math.max(1, atLeast) ? Durability.CONFIRMED : Durability.UNCONFIRMED);
    }

    private CompletionStage<Outcome> write(Commit commit, Duration limit) {
        return store.commit(commit, limit).thenApply(outcome -> {
            if (outcome instanceof Outcome.Committed) {
                committed.add(commit);
                Runnable action = afterCommits.poll();
                if (action != null) {
                    action.run();
                }
            }
            return outcome;
        });
    }

    @Override
    public CompletionStage<Fetched> fetch(List<RecordKey> keys, Duration limit) {
        if (keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException(keys.size() + " keys (expected: at most " + MAX_KEYS + ")");
        }
        return store.fetch(keys, limit);
    }

    @Override
    public CompletionStage<Lookup<List<String>>> list(IndexKey index, String after, int most, Duration limit) {
        return store.list(index, after, most, limit);
    }

    @Override
    public CompletionStage<Lookup<String>> holder(IndexKey index, String name, Duration limit) {
        return store.holder(index, name, limit);
    }

    @Override
    public CompletionStage<Lookup<ByteString>> mark(SlotTag slot, String id, Duration limit) {
        return store.mark(slot, id, limit);
    }

    @Override
    public CompletionStage<Lookup<List<ByteString>>> events(RecordKey key, long from, int most, Duration limit) {
        return store.events(key, from, most, limit);
    }

    @Override
    public CompletionStage<Lookup<List<SecretUse>>> uses(SecretUse.Of of, Duration limit) {
        return store.uses(of, limit);
    }
}
