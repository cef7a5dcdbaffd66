package io.keywarden.check;

import io.keywarden.credential.Credential.Claim;
import io.keywarden.credential.Credential.Presented;
import io.keywarden.credential.Hiding;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Need;
import io.keywarden.policy.Reason;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import io.keywarden.token.TokenId;
import java.util.Optional;

/**
 * A decision with what was learnt on the way to it.
 *
 * @param request what was asked about
 * @param decision what is answered
 * @param requestTenant the tenant that the request is for
 * @param facts what it was decided from; empty where that was not needed, or could not be read
 * @param presented the credential without its secret; nothing about it is proven by being here
 */
record CheckOutcome(
        CheckedRequest request,
        Decision decision,
        Optional<Tenant> requestTenant,
        Optional<Facts> facts,
        Optional<PresentedId> presented) {
    /**
     * A credential without its secret.
     *
     * @param id the token that it says it is of; empty where it says so in another way, or not
     * @param hiding how it is kept from the upstream
     */
    record PresentedId(Optional<TokenId> id, Hiding hiding) {
        static PresentedId of(Presented presented) {
            Optional<TokenId> id =
                    presented.claim() instanceof Claim.OfToken token ? Optional.of(token.id()) : Optional.empty();
            return new PresentedId(id, presented.hiding());
        }
    }

    /** The same with another decision. */
    CheckOutcome with(Decision other) {
        return new CheckOutcome(request, other, requestTenant, facts, presented);
    }

    /** What the request amounts to; empty where that is not known. */
    Optional<Operation> operation() {
        return facts.map(known -> known.request().need())
                .flatMap(need -> need instanceof Need.Known known ? Optional.of(known.operation()) : Optional.empty());
    }

    /** Whether the secret that came is none of a token's, though a shadow may let it pass. */
    boolean isUnproven() {
        return decision.why()
                .filter(reason -> reason == Reason.INVALID_CREDENTIAL)
                .isPresent();
    }

    /** An outcome of which nothing else is known. */
    static CheckOutcome cannotTell(CheckedRequest request, Reason reason, String detail) {
        return of(request, new Decision.CannotTell(reason, detail), Optional.empty());
    }

    /** An outcome without a credential. */
    static CheckOutcome of(CheckedRequest request, Decision decision, Optional<Facts> facts) {
        return new CheckOutcome(request, decision, facts.flatMap(Facts::requestTenant), facts, Optional.empty());
    }
}
