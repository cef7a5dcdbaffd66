package io.keywarden.check;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.SecretHasher;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.DecisionReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Answers Envoy's checks. Every call is answered with an OK call status and a response that means what it says: to Envoy a
 * failed call is a failure of ours, which a careless configuration lets pass. Whatever goes wrong here is answered as
 * cannot tell. Answers on the thread that the last read completes on, and never blocks it.
 */
public final class CheckService extends AuthorizationGrpc.AuthorizationImplBase {
    private final Decider decider;
    private final Duration readLimit;
    private final CheckObserver observer;
    private final CheckLog log = new CheckLog(System::nanoTime);

    /**
     * Takes what the service needs.
     *
     * @param observer is told of every answer
     */
    public CheckService(Needs needs, CheckObserver observer) {
        this.decider = new Decider(needs.reader(), needs.tags(), needs.hasher(), needs.clock());
        this.readLimit = needs.readLimit();
        this.observer = observer;
    }

    /**
     * What the service needs.
     *
     * @param reader reads tenants, tokens and catalogs
     * @param tags knows made-up token ids
     * @param hasher proves secrets
     * @param clock tells the time that tokens begin and end by
     * @param readLimit how long one read may take, where the caller's deadline leaves as much
     */
    public record Needs(
            DecisionReader reader, IdTags tags, SecretHasher hasher, InstantSource clock, Duration readLimit) {}

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> caller) {
        long start = System.nanoTime();
        CallBudget budget = new CallBudget(Context.current(), readLimit);
        if (caller instanceof ServerCallStreamObserver<CheckResponse> call) {
            // With a handler, answering a cancelled call does nothing instead of throwing.
            call.setOnCancelHandler(() -> {});
        }
        CompletableFuture<Void> unused = CompletableFuture.completedFuture(request)
                .thenApply(CheckAttributes::read)
                .thenCompose(checked -> decide(checked, budget))
                .exceptionally(failure -> failed(CheckedRequest.UNREADABLE, failure))
                .thenAccept(outcome -> answer(inTime(outcome, budget), caller, start))
                .exceptionally(this::unanswered);
    }

    private CompletionStage<CheckOutcome> decide(CheckedRequest request, CallBudget budget) {
        return decider.decide(request, budget).exceptionally(failure -> failed(request, failure));
    }

    private static CheckOutcome failed(CheckedRequest request, Throwable failure) {
        return CheckOutcome.cannotTell(request, Reason.INTERNAL, CheckLog.describe(failure));
    }

    /** Who no longer waits gets no allow and no deny: the caller has already gone on without it. */
    private static CheckOutcome inTime(CheckOutcome outcome, CallBudget budget) {
        return budget.isOver()
                ? outcome.with(new Decision.CannotTell(Reason.STORE_UNAVAILABLE, "the call was over"))
                : outcome;
    }

    private void answer(CheckOutcome outcome, StreamObserver<CheckResponse> caller, long start) {
        Answer answer = respond(outcome);
        caller.onNext(answer.response());
        caller.onCompleted();
        log.answered(answer.outcome());
        observer.checked(
                answer.outcome().decision(),
                System.nanoTime() - start,
                answer.outcome().requestTenant());
    }

    private static Answer respond(CheckOutcome outcome) {
        try {
            return new Answer(outcome, CheckResponses.of(outcome));
        } catch (RuntimeException e) {
            Decision untold = new Decision.CannotTell(Reason.INTERNAL, CheckLog.describe(e));
            return new Answer(outcome.with(untold), CheckResponses.INTERNAL);
        }
    }

    private @Nullable Void unanswered(Throwable failure) {
        log.failed(failure);
        return null;
    }

    private record Answer(CheckOutcome outcome, CheckResponse response) {}
}
