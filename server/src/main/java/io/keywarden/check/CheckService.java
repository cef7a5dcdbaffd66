package io.keywarden.check;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.keywarden.policy.CredentialOutcome;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckReader;
import io.keywarden.token.Tenant;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Answers Envoy's checks. Every call is answered with an OK call status and a response that means what it says: to Envoy a
 * failed call is a failure of ours, which a careless configuration lets pass. Whatever goes wrong here is answered as
 * cannot tell. Answers on the thread that the call came on, or where something had to be read on the one that the last read
 * completes on, or later, and never blocks it.
 */
public final class CheckService implements BindableService {
    /** The full name of Envoy's method. */
    public static final String METHOD = AuthorizationGrpc.SERVICE_NAME + "/Check";

    /** Some hundred milliseconds of checks that all have to be read; each holds a few kilobytes. */
    private static final int MAX_WAITING = 4_096;

    /**
     * How long after it came a credential is refused that something was read for: longer than reading takes, so that the time
     * does not tell whether there is such a token, nor what is known of it already.
     */
    static final Duration REFUSED_AFTER = Duration.ofMillis(5);

    private final CheckRun.Tools tools;
    private final HeldAnswers held;
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
        this(needs, observer, new WaitingRoom(MAX_WAITING));
    }

    /** With another bound on how many checks wait for reads. */
    CheckService(Needs needs, CheckObserver observer, WaitingRoom waiting) {
        this.tools = new CheckRun.Tools(new Decider(needs.keys(), needs.settings(), needs.clock()), waiting);
        this.held = new HeldAnswers(waiting);
        this.reader = needs.reader();
        this.readLimit = needs.readLimit();
        this.observer = observer;
    }

    /**
     * What the service needs.
     *
     * @param reader reads tenants, tokens and catalogs
     * @param keys what credentials are looked at with
     * @param settings what this deployment says about its requests
     * @param clock tells the time that tokens begin and end by
     * @param readLimit how long one read may take, where the caller's deadline leaves as much
     */
    public record Needs(
            CheckReader reader, CheckKeys keys, CheckSettings settings, InstantSource clock, Duration readLimit) {}

    /** How many checks wait for a read now. */
    public int waiting() {
        return tools.waiting().taken();
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(AuthorizationGrpc.SERVICE_NAME)
                .addMethod(CheckMethod.DESCRIPTOR, (call, headers) -> CheckCall.begin(call, this::check))
                .build();
    }

    /** Answers one request, once, on this thread or on another one. */
    void check(ReceivedRequest received, Consumer<byte[]> caller) {
        long start = System.nanoTime();
        CallBudget budget = new CallBudget(Context.current(), readLimit);
        CheckRun run;
        try {
            CheckedRequest request = received.read();
            run = new CheckRun(tools, reader.begin(request.source()), request, budget);
        } catch (Throwable e) {
            answer(CheckRun.failed(CheckedRequest.UNREADABLE, e), caller, start);
            return;
        }
        run.go(outcome -> {
            Duration wait =
                    run.hasRead() && outcome.isUnproven() ? budget.untilAfter(start, REFUSED_AFTER) : Duration.ZERO;
            held.give(() -> answer(outcome, caller, start), wait);
        });
    }

    /** Answers. Whatever is thrown on the way is written down and goes no further: nobody else can answer. */
    private void answer(CheckOutcome outcome, Consumer<byte[]> caller, long start) {
        try {
            Answer answer = respond(outcome);
            caller.accept(answer.bytes());
            log.answered(answer.outcome());
            observer.checked(
                    answer.outcome().decision(),
                    System.nanoTime() - start,
                    answer.outcome().requestTenant().map(Tenant::id));
            used(outcome);
        } catch (Throwable e) {
            log.failed(e);
        }
    }

    private void used(CheckOutcome outcome) {
        if (outcome.facts().isPresent()) {
            Facts facts = outcome.facts().get();
            if (facts.credential() == CredentialOutcome.LIVE && facts.proven().isPresent()) {
                observer.used(facts.proven().get(), facts.request().address(), facts.now());
            }
        }
    }

    private static Answer respond(CheckOutcome outcome) {
        try {
            return new Answer(outcome, AnswerBytes.of(outcome));
        } catch (RuntimeException e) {
            Decision untold = new Decision.CannotTell(Reason.INTERNAL, CheckLog.describe(e));
            return new Answer(outcome.with(untold), AnswerBytes.internal());
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // goes from one method to the next, is never compared
    private record Answer(CheckOutcome outcome, byte[] bytes) {}
}
