package io.keywarden.check;

import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckView;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One check on its way to an answer: decides, reads what was missing, and decides anew, until nothing is missing. Never
 * blocks. What goes wrong ends in cannot tell. Used by one thread at a time; a read hands it on to the next.
 */
final class CheckRun {
    /**
     * Names of the tenant, the tenant, the token's name, token with catalog, its own tenant with its owner: and that once more
     * for a credential that may be new.
     */
    static final int MOST_READS = 10;

    private final Tools tools;
    private final CheckView view;
    private final CheckedRequest request;
    private final CallBudget budget;
    /** Handed from thread to thread along with the run. */
    private int reads;

    CheckRun(Tools tools, CheckView view, CheckedRequest request, CallBudget budget) {
        this.tools = tools;
        this.view = view;
        this.request = request;
        this.budget = budget;
    }

    /**
     * What all checks have in common.
     *
     * @param decider decides
     * @param waiting where checks wait for reads
     */
    record Tools(Decider decider, WaitingRoom waiting) {}

    /** Goes on; {@code answer} is called once, on this thread or on one that a read completes on, and must not throw. */
    void go(Consumer<CheckOutcome> answer) {
        Optional<CheckOutcome> outcome;
        try {
            outcome = decide(answer);
        } catch (Throwable e) {
            outcome = Optional.of(failed(request, e));
        }
        outcome.ifPresent(answer);
    }

    /** Whether something was read for it so far. */
    boolean hasRead() {
        return reads > 0;
    }

    /** What cannot be told because something here failed. */
    static CheckOutcome failed(CheckedRequest request, Throwable failure) {
        return CheckOutcome.cannotTell(request, Reason.INTERNAL, CheckLog.describe(failure));
    }

    /** The outcome; empty where a read that has not ended goes on with it. */
    private Optional<CheckOutcome> decide(Consumer<CheckOutcome> answer) {
        Verdict verdict = tools.decider().decide(request, view);
        while (verdict.isMissing(view)) {
            if (budget.isSpent()) {
                return unavailable("no time was left to read");
            }
            if (reads == MOST_READS) {
                return unavailable("what was read changed " + MOST_READS + " times");
            }
            if (!tools.waiting().enter()) {
                return unavailable("too many checks wait");
            }
            reads++;
            if (goesOnLater(answer)) {
                return Optional.empty();
            }
            verdict = tools.decider().decide(request, view);
        }
        return Optional.of(inTime(verdict.believed(view)));
    }

    /** Reads, from a place in the waiting room; answers false if that is done already. */
    private boolean goesOnLater(Consumer<CheckOutcome> answer) {
        boolean waits = false;
        try {
            CompletableFuture<Void> read = view.load(budget.limit()).toCompletableFuture();
            waits = !read.isDone() || read.isCompletedExceptionally();
            if (waits) {
                var unused = read.whenComplete((done, failure) -> resume(failure, answer));
            }
            return waits;
        } finally {
            if (!waits) {
                tools.waiting().leave();
            }
        }
    }

    private void resume(@Nullable Throwable failure, Consumer<CheckOutcome> answer) {
        tools.waiting().leave();
        if (failure == null) {
            go(answer);
        } else {
            answer.accept(failed(request, failure));
        }
    }

    /** Who no longer waits gets no allow and no deny: the caller has already gone on without it. */
    private CheckOutcome inTime(CheckOutcome outcome) {
        return budget.isOver()
                ? outcome.with(new Decision.CannotTell(Reason.STORE_UNAVAILABLE, "the call was over"))
                : outcome;
    }

    private Optional<CheckOutcome> unavailable(String detail) {
        return Optional.of(CheckOutcome.cannotTell(request, Reason.STORE_UNAVAILABLE, detail));
    }
}
