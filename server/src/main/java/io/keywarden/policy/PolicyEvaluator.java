package io.keywarden.policy;

import io.keywarden.policy.Decision.Allow;
import io.keywarden.policy.Decision.CannotTell;
import io.keywarden.policy.Decision.Deny;
import io.keywarden.token.Grant;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import io.keywarden.token.TokenState;
import io.keywarden.token.Uid;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides. A pure function: the same facts always come to the same decision. Where a request fails in several ways, the
 * first in the order of this class is the answer, and nothing about a token is answered before its secret is proven.
 */
public final class PolicyEvaluator {
    private PolicyEvaluator() {}

    /** Decides whether a request may pass. */
    public static Decision evaluate(Facts facts) {
        return switch (facts.credential()) {
            case MISSING -> unproven(Reason.MISSING_CREDENTIAL);
            case MALFORMED -> unproven(Reason.MALFORMED_CREDENTIAL);
            case DUPLICATE -> unproven(Reason.DUPLICATE_CREDENTIAL);
            case WRONG -> unproven(Reason.INVALID_CREDENTIAL);
            case UNKNOWN_PEPPER ->
                new CannotTell(Reason.INTERNAL, "a secret of the token is under a pepper that is not here");
            case ENDED, LIVE -> afterProof(facts, facts.proven().orElseThrow());
        };
    }

    private static Decision unproven(Reason reason) {
        return new Deny(reason, Optional.empty(), Optional.empty());
    }

    private static Decision afterProof(Facts facts, Facts.Proven proven) {
        Token token = proven.token();
        Optional<Reason> blocked = blockedByState(token.state())
                .or(() -> blockedByTenant(proven.tenant()))
                .or(() -> blockedByTime(token, facts.now()))
                .or(() -> blockedBySecret(facts.credential()))
                .or(() -> blockedByHost(token, facts.requestTenant()));
        return blocked.<Decision>map(reason -> deny(reason, proven, Optional.empty()))
                .orElseGet(() -> authorize(facts.need(), proven));
    }

    private static Optional<Reason> blockedByState(TokenState state) {
        return switch (state) {
            case ACTIVE -> Optional.empty();
            case REVOKED -> Optional.of(Reason.REVOKED);
            case DELETED -> Optional.of(Reason.DELETED);
            case DISABLED -> Optional.of(Reason.DISABLED);
        };
    }

    private static Optional<Reason> blockedByTenant(Optional<Tenant> tenant) {
        return tenant.filter(Tenant::active).isPresent() ? Optional.empty() : Optional.of(Reason.TENANT_DISABLED);
    }

    private static Optional<Reason> blockedByTime(Token token, Instant now) {
        if (token.expires().filter(end -> !now.isBefore(end)).isPresent()) {
            return Optional.of(Reason.EXPIRED);
        }
        return token.notBefore().filter(now::isBefore).map(start -> Reason.NOT_YET_VALID);
    }

    private static Optional<Reason> blockedBySecret(CredentialOutcome credential) {
        return credential == CredentialOutcome.LIVE ? Optional.empty() : Optional.of(Reason.SECRET_ROTATED);
    }

    private static Optional<Reason> blockedByHost(Token token, Optional<Uid> requestTenant) {
        return requestTenant.filter(token.tenantUid()::equals).isPresent()
                ? Optional.empty()
                : Optional.of(Reason.WRONG_TENANT);
    }

    private static Decision authorize(Need need, Facts.Proven proven) {
        return need.fold(
                known -> authorize(known.operation(), proven),
                unknown -> deny(Reason.UNKNOWN_OPERATION, proven, Optional.empty()),
                Need.CannotTell::decision);
    }

    private static Decision authorize(Operation operation, Facts.Proven proven) {
        Token token = proven.token();
        return isCovered(token, operation)
                ? new Allow(proven.tenant().orElseThrow(), token, proven.secretNumber(), operation)
                : deny(Reason.PERMISSION_DENIED, proven, Optional.of(operation));
    }

    private static boolean isCovered(Token token, Operation operation) {
        for (Grant grant : token.grants()) {
            if (grant.covers(operation)) {
                return true;
            }
        }
        return false;
    }

    private static Deny deny(Reason reason, Facts.Proven proven, Optional<Operation> missing) {
        Decision.Proven who =
                new Decision.Proven(proven.token(), proven.tenant().map(Tenant::id));
        return new Deny(reason, Optional.of(who), missing);
    }
}
