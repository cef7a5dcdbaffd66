package io.keywarden.check;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.keywarden.credential.SecretHasher;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckReader;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Answers Envoy's checks. Every call is answered with an OK call status and a response that means what it says: to Envoy a
 * failed call is a failure of ours, which a careless configuration lets pass. Whatever goes wrong here is answered as
 * cannot tell. Answers on the thread that the call came on, or where something had to be read on the one that the last read
 * completes on, and never blocks it.
 */
public final class CheckService extends AuthorizationGrpc.AuthorizationImplBase {
    private final Decider decider;
    private final CheckReader reader;
    private final Duration readLimit;
    private final CheckObserver observer;
    private final CheckLog log = new CheckLog(System::nanoTime);

    /**
     * Takes what the service needs.
     *
     * @param observer is told of every answer
     */
    public CheckService(Needs needs, CheckObserver observer) {
        this.decider = new Decider(needs.hasher(), needs.clock());
        this.reader = needs.reader();
        this.readLimit = needs.readLimit();
        this.observer = observer;
    }

    /**
     * What the service needs.
     *
     * @param reader reads tenants, tokens and catalogs
     * @param hasher proves secrets
     * @param clock tells the time that tokens begin and end by
     * @param readLimit how long one read may take, where the caller's deadline leaves as much
     */
    public record Needs(CheckReader reader, SecretHasher hasher, InstantSource clock, Duration readLimit) {}

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> caller) {
        long start = System.nanoTime();
        if (caller instanceof ServerCallStreamObserver<CheckResponse> call) {
            // With a handler, answering a cancelled call does nothing instead of throwing.
            call.setOnCancelHandler(() -> {});
        }
        CallBudget budget = new CallBudget(Context.current(), readLimit);
        CheckedRequest checked;
        CheckRun run;
        try {
            checked = CheckAttributes.read(request);
            run = new CheckRun(decider, reader.begin(checked.source()), checked, budget);
        } catch (Throwable e) {
            answer(CheckRun.failed(CheckedRequest.UNREADABLE, e), caller, start);
            return;
        }
        run.go(outcome -> answer(outcome, caller, start));
    }

    /** Answers. Whatever is thrown on the way is written down and goes no further: nobody else can answer. */
    private void answer(CheckOutcome outcome, StreamObserver<CheckResponse> caller, long start) {
        try {
            Answer answer = respond(outcome);
            caller.onNext(answer.response());
            caller.onCompleted();
            log.answered(answer.outcome());
            observer.checked(
                    answer.outcome().decision(),
                    System.nanoTime() - start,
                    answer.outcome().requestTenant());
        } catch (Throwable e) {
            log.failed(e);
        }
    }

    private static Answer respond(CheckOutcome outcome) {
        try {
            return new Answer(outcome, CheckResponses.of(outcome));
        } catch (RuntimeException e) {
            Decision untold = new Decision.CannotTell(Reason.INTERNAL, CheckLog.describe(e));
            return new Answer(outcome.with(untold), CheckResponses.INTERNAL);
        }
    }

    private record Answer(CheckOutcome outcome, CheckResponse response) {}
}
