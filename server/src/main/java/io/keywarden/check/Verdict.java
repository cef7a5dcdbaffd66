package io.keywarden.check;

import io.keywarden.policy.Decision;
import io.keywarden.store.CheckView;
import io.keywarden.token.OutagePolicy;
import java.util.Optional;

/**
 * What one look at a view came to. Means nothing where the view was not complete.
 *
 * @param outcome the decision, as far as what was read is to be believed
 * @param newCredential whether the decision would be another one if the token, or whose the host is, had just become known
 * @param policy what the tenant that it is about wants while nothing can be proven to be current
 * @param stateless whether nothing that is stored was asked for, so that it holds whatever is the matter with the store
 */
record Verdict(CheckOutcome outcome, boolean newCredential, Optional<OutagePolicy> policy, boolean stateless) {
    /** What was decided on what is stored. */
    Verdict(CheckOutcome outcome, boolean newCredential, Optional<OutagePolicy> policy) {
        this(outcome, newCredential, policy, false);
    }

    /** Whether something is to be loaded before it means anything, or may come out another way once it is. */
    boolean isMissing(CheckView view) {
        return !stateless && (!view.isComplete() || (newCredential && view.distrust()));
    }

    /** The outcome, or why what it was decided from is not to be believed at this moment. To be asked last. */
    CheckOutcome believed(CheckView view) {
        // What cannot be told stays that, with its own reason: a tampered record is one whether or not Redis is there.
        if (stateless || outcome.decision() instanceof Decision.CannotTell) {
            return outcome;
        }
        return view.doubt(policy).map(outcome::with).orElse(outcome);
    }

    /** What was decided without anything that is stored. */
    static Verdict stateless(CheckOutcome outcome) {
        return new Verdict(outcome, false, Optional.empty(), true);
    }
}
