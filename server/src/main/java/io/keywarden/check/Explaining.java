package io.keywarden.check;

import io.keywarden.policy.Decision;
import io.keywarden.policy.DecisionTrace;
import io.keywarden.policy.Explainer;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckReader;
import io.keywarden.store.CheckView;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Explains checks with the classes that decide them. Counts as no use of a token, and answers nobody's request. */
public final class Explaining implements Explainer {
    private final Decider decider;
    private final CheckReader reader;
    private final CheckSettings settings;
    private final Duration limit;

    /**
     * Takes what checks are decided with.
     *
     * @param limit how long all reads may take together
     */
    public Explaining(CheckReader reader, CheckKeys keys, CheckSettings settings, InstantSource clock, Duration limit) {
        this.decider = new Decider(keys, settings, clock);
        this.reader = reader;
        this.settings = settings;
        this.limit = limit;
    }

    @Override
    public CompletionStage<Explained> explain(Request request, Optional<TokenId> as) {
        AskedRequest asked = AskedRequest.of(request, settings);
        return look(new Asking(asked, reader.begin("explain"), as, System.nanoTime()), 0);
    }

    /** What is to be explained, and since when. */
    private record Asking(AskedRequest asked, CheckView view, Optional<TokenId> as, long beganNanos) {}

    private CompletionStage<Explained> look(Asking asking, int reads) {
        CheckView view = asking.view();
        AskedRequest asked = asking.asked();
        Verdict verdict = asking.as().isPresent()
                ? decider.decideAs(asking.as().get(), asked.request(), asked.origin(), view)
                : decider.decide(asked.request(), asked.origin(), view);
        if (!verdict.isMissing(view)) {
            return CompletableFuture.completedFuture(of(believed(verdict, view), view.age()));
        }
        Duration left = limit.minusNanos(System.nanoTime() - asking.beganNanos());
        if (reads == CheckRun.MOST_READS || left.isNegative() || left.isZero()) {
            CheckOutcome late = CheckOutcome.cannotTell(
                    asked.request(), Reason.STORE_UNAVAILABLE, "what it needs was not read in time");
            return CompletableFuture.completedFuture(of(late, Duration.ZERO));
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

    private static Explained of(CheckOutcome outcome, Duration age) {
        Decision decision = outcome.decision();
        return new Explained(
                decision,
                outcome.facts(),
                outcome.facts().map(facts -> DecisionTrace.of(facts, decision)).orElse(List.of()),
                outcome.facts().flatMap(facts -> DecisionTrace.missing(facts, decision)),
                age);
    }
}
