package io.keywarden.check;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How long the answer to one call is worth waiting for. */
final class CallBudget {
    /** What is kept of the caller's time for the way back. */
    private static final Duration WAY_BACK = Duration.ofMillis(5);

    private static final Duration LEAST = Duration.ofMillis(1);

    private final Context call;
    private final Duration mostARead;

    /**
     * Takes the call.
     *
     * @param mostARead how long one read may take where the caller says nothing
     */
    CallBudget(Context call, Duration mostARead) {
        this.call = call;
        this.mostARead = mostARead;
    }

    /** How long the next read may take. Never less than a millisecond: whether the call is over is asked apart. */
    Duration limit() {
        @Nullable Deadline deadline = call.getDeadline();
        if (deadline == null) {
            return mostARead;
        }
        Duration left =
                Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)).minus(WAY_BACK);
        Duration limit = left.compareTo(mostARead) < 0 ? left : mostARead;
        return limit.compareTo(LEAST) < 0 ? LEAST : limit;
    }

    /** How long an answer waits that is to come so long after the start, and still in time; zero where that is over. */
    Duration untilAfter(long startNanos, Duration after) {
        Duration left = after.minusNanos(System.nanoTime() - startNanos);
        @Nullable Deadline deadline = call.getDeadline();
        if (deadline != null) {
            Duration most = Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS))
                    .minus(WAY_BACK);
            left = left.compareTo(most) < 0 ? left : most;
        }
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Whether what is read now would come too late to be answered. */
    boolean isSpent() {
        @Nullable Deadline deadline = call.getDeadline();
        return call.isCancelled()
                || (deadline != null && deadline.timeRemaining(TimeUnit.NANOSECONDS) < WAY_BACK.toNanos());
    }

    /** Whether nobody waits for the answer any more. */
    boolean isOver() {
        @Nullable Deadline deadline = call.getDeadline();
        return call.isCancelled() || (deadline != null && deadline.isExpired());
    }
}
