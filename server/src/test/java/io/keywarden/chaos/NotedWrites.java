package io.keywarden.chaos;

import io.keywarden.store.Commit;
import io.keywarden.store.RecordWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Writes as another one does, and remembers what came of the last write of each thread. Safe for use by several threads. */
final class NotedWrites implements RecordWriter {
    private final RecordWriter writer;
    private final Map<Thread, Outcome> last = new ConcurrentHashMap<>();

    NotedWrites(RecordWriter writer) {
        this.writer = writer;
    }

    @Override
    public CompletionStage<Outcome> commit(Commit commit, Duration limit) {
        Thread caller = Thread.currentThread();
        return writer.commit(commit, limit).thenApply(outcome -> {
            last.put(caller, outcome);
            return outcome;
        });
    }

    /** Whether the last write of this thread was confirmed. */
    boolean isConfirmed() {
        return last.get(Thread.currentThread()) instanceof Outcome.Committed committed
                && committed.durability() == Durability.CONFIRMED;
    }
}
