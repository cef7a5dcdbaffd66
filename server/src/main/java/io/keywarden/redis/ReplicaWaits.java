package io.keywarden.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks how many replicas have what was written over one connection. A {@code WAIT} speaks for all writes that were sent over
 * its connection before, and holds the connection up; so there is one at a time, and who comes meanwhile shares the next one.
 * Safe for use by several threads.
 */
final class ReplicaWaits {
    private final IntFunction<CompletableFuture<Long>> send;

    @GuardedBy("this")
    private CompletableFuture<Long> underWay = CompletableFuture.completedFuture(0L);

    @GuardedBy("this")
    private @Nullable CompletableFuture<Long> next;

    /**
     * Makes one for a connection.
     *
     * @param send sends a WAIT for that many replicas, on that connection
     */
    ReplicaWaits(IntFunction<CompletableFuture<Long>> send) {
        this.send = send;
    }

    /**
     * Counts the replicas that have all that Redis has answered on this connection by now.
     *
     * @param replicas with how many the count may end
     */
    CompletableFuture<Long> count(int replicas) {
        CompletableFuture<Long> before;
        CompletableFuture<Long> mine;
        synchronized (this) {
            if (next != null) {
                return next;
            }
            if (underWay.isDone()) {
                underWay = sent(replicas);
                return underWay;
            }
            before = underWay;
            mine = new CompletableFuture<>();
            next = mine;
        }
        CompletableFuture<Long> unused = before.whenComplete((count, failure) -> sendNext(replicas));
        return mine;
    }

    private void sendNext(int replicas) {
        CompletableFuture<Long> waiting;
        CompletableFuture<Long> answer;
        synchronized (this) {
            waiting = next;
            // From here on, who comes may have written after this one was sent.
            next = null;
            underWay = sent(replicas);
            answer = underWay;
        }
        CompletableFuture<Long> unused = answer.whenComplete((count, failure) -> {
            if (waiting != null && failure == null) {
                waiting.complete(count);
            } else if (waiting != null) {
                waiting.completeExceptionally(failure);
            }
        });
    }

    private CompletableFuture<Long> sent(int replicas) {
        try {
            return send.apply(replicas);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
