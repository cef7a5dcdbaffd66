package io.keywarden.check;

import io.keywarden.policy.Decision;
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
 * @param requestTenant the id of the tenant whose host it is
 * @param operation what the request amounts to
 * @param presented where the credential is and whose it says it is; nothing about it is proven by being here
 */
record CheckOutcome(
        CheckedRequest request,
        Decision decision,
        Optional<String> requestTenant,
        Optional<Operation> operation,
        Optional<PresentedId> presented) {
    /**
     * A credential without its secret.
     *
     * @param id the token that it says it is of
     * @param header the header that holds it
     */
    record PresentedId(TokenId id, String header) {}

    /** The same with another decision. */
    CheckOutcome with(Decision other) {
        return new CheckOutcome(request, other, requestTenant, operation, presented);
    }

    /** An outcome of which nothing else is known. */
    static CheckOutcome cannotTell(CheckedRequest request, Reason reason, String detail) {
        return of(request, new Decision.CannotTell(reason, detail), Optional.empty());
    }

    /** An outcome without credential and operation. */
    static CheckOutcome of(CheckedRequest request, Decision decision, Optional<Tenant> tenant) {
        return new CheckOutcome(request, decision, tenant.map(Tenant::id), Optional.empty(), Optional.empty());
    }
}
