package io.keywarden.check;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.policy.Decision;
import io.keywarden.policy.DecisionTrace;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckReader;
import io.keywarden.store.CheckView;
import io.keywarden.token.Grant;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tells how a check would be decided, step by step, with the classes that decide. Counts as no use of a token, and answers
 * nobody's request.
 */
public final class Explaining {
    private final Decider decider;
    private final CheckReader reader;
    private final Duration limit;

    /**
     * Takes what checks are decided with.
     *
     * @param limit how long all reads may take together
     */
    public Explaining(CheckReader reader, CheckKeys keys, CheckSettings settings, InstantSource clock, Duration limit) {
        this.decider = new Decider(keys, settings, clock);
        this.reader = reader;
        this.limit = limit;
    }

    /**
     * How a check would be decided.
     *
     * @param decision what would be answered
     * @param facts what that is decided from; empty where that is not needed, or could not be read
     * @param steps how it came about; none without facts
     * @param missing the smallest right that is missing; empty where none is, or another right is no way out
     */
    public record Explanation(
            Decision decision, Optional<Facts> facts, List<DecisionTrace.Step> steps, Optional<Grant> missing) {}

    /**
     * Explains a check. Never blocks.
     *
     * @param checkRequest Envoy's message, as bytes
     * @param as the token whose newest secret comes with it; empty where the request carries a credential, or none
     * @return empty where there is no such token
     * @throws IllegalArgumentException if the bytes are no CheckRequest
     */
    public CompletionStage<Optional<Explanation>> explain(byte[] checkRequest, Optional<TokenId> as) {
        return look(new Asking(read(checkRequest), reader.begin("explain"), as, System.nanoTime()), 0);
    }

    /** What is to be explained, and since when. */
    private record Asking(CheckedRequest request, CheckView view, Optional<TokenId> as, long beganNanos) {}

    private CompletionStage<Optional<Explanation>> look(Asking asking, int reads) {
        CheckView view = asking.view();
        Optional<Verdict> verdict = asking.as().isPresent()
                ? decider.decideAs(asking.as().get(), asking.request(), view)
                : Optional.of(decider.decide(asking.request(), view));
        // A token that is not there may have just been made.
        boolean missing = verdict.isPresent() ? verdict.get().isMissing(view) : !view.isComplete() || view.distrust();
        if (!missing) {
            return CompletableFuture.completedFuture(verdict.map(told -> of(believed(told, view))));
        }
        Duration left = limit.minusNanos(System.nanoTime() - asking.beganNanos());
        if (reads == CheckRun.MOST_READS || left.isNegative() || left.isZero()) {
            return CompletableFuture.completedFuture(Optional.of(of(CheckOutcome.cannotTell(
                    asking.request(), Reason.STORE_UNAVAILABLE, "what it needs was not read in time"))));
        }
        return view.load(left).thenCompose(read -> look(asking, reads + 1));
    }

    /** What is doubted has no facts. */
    private static CheckOutcome believed(Verdict verdict, CheckView view) {
        CheckOutcome outcome = verdict.believed(view);
        return outcome.decision() == verdict.outcome().decision()
                ? outcome
                : CheckOutcome.of(outcome.request(), outcome.decision(), Optional.empty());
    }

    private static Explanation of(CheckOutcome outcome) {
        Decision decision = outcome.decision();
        return new Explanation(
                decision,
                outcome.facts(),
                outcome.facts().map(facts -> DecisionTrace.of(facts, decision)).orElse(List.of()),
                outcome.facts().flatMap(facts -> DecisionTrace.missing(facts, decision)));
    }

    private static CheckedRequest read(byte[] checkRequest) {
        try {
            return CheckAttributes.read(CheckRequest.parseFrom(checkRequest));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("bytes that are no CheckRequest (expected: Envoy's message)", e);
        }
    }
}
