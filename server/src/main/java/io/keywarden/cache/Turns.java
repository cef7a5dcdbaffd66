package io.keywarden.cache;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Lets so many go at a time; the others wait for their turn, in their order. Who waits is bounded by who asks. Never blocks.
 * Safe for use by several threads; a turn is begun by whoever asks for it or ends the one before.
 */
final class Turns {
    private final int most;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger going = new AtomicInteger();
    /** How often somebody came to see who is next since it was last seen; who finds it at 0 goes and sees for all. */
    private final AtomicInteger calls = new AtomicInteger();

    Turns(int most) {
        this.most = most;
    }

    /** Begins something when it is its turn, which is over when that completes. */
    <T> CompletableFuture<T> take(Supplier<CompletionStage<T>> turn) {
        CompletableFuture<T> result = new CompletableFuture<>();
        waiting.add(() -> {
            // In a stage, so that whatever is thrown ends the turn.
            CompletionStage<T> unused = CompletableFuture.completedFuture(turn)
                    .thenCompose(Supplier::get)
                    .whenComplete((value, failure) -> {
                        going.decrementAndGet();
                        if (failure == null) {
                            result.complete(value);
                        } else {
                            result.completeExceptionally(failure);
                        }
                        next();
                    });
        });
        next();
        return result;
    }

    /** A loop and no recursion, since turns may end as soon as they begin, any number of them. */
    private void next() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            while (going.get() < most && !waiting.isEmpty()) {
                going.incrementAndGet();
                waiting.remove().run();
            }
            seen = calls.addAndGet(-seen);
        }
    }
}
