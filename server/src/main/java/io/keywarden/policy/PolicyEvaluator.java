package io.keywarden.policy;

import io.keywarden.policy.Decision.Allow;
import io.keywarden.policy.Decision.Deny;
import io.keywarden.token.Action;
import io.keywarden.token.Grant;
import io.keywarden.token.Operation;
import io.keywarden.token.Owner;
import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import io.keywarden.token.TokenRules;
import io.keywarden.token.TokenState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides: one pure function. Where several things speak against a request, the first of this order is the reason: the
 * credential, the token's state, its tenant and its owner, its time, its secret, for whom and from where the request is, and
 * last what it needs. A shadow comes after all of them.
 */
public final class PolicyEvaluator {
    private PolicyEvaluator() {}

    /** The decision. */
    public static Decision evaluate(Facts facts) {
        if (facts.request().access() == Access.PUBLIC) {
            return Allow.ANONYMOUS;
        }
        return switch (facts.credential()) {
            case MISSING -> missing(facts);
            case MALFORMED -> unproven(Reason.MALFORMED_CREDENTIAL, facts);
            case DUPLICATE -> unproven(Reason.DUPLICATE_CREDENTIAL, facts);
            case WRONG -> unproven(Reason.INVALID_CREDENTIAL, facts);
            case UNKNOWN_PEPPER ->
                new Decision.CannotTell(Reason.INTERNAL, "a secret of the token is under a pepper that is not here");
            case ENDED, LIVE -> afterProof(facts, facts.proven().orElseThrow());
        };
    }

    private static Decision missing(Facts facts) {
        return facts.request().access() == Access.OPTIONAL
                ? Allow.ANONYMOUS
                : unproven(Reason.MISSING_CREDENTIAL, facts);
    }

    private static Decision unproven(Reason reason, Facts facts) {
        boolean shadowed = facts.requestTenant().isPresent()
                && Shadow.covers(facts.requestTenant().get(), facts.now());
        return shadowed
                ? new Allow(Optional.empty(), Optional.empty(), Optional.of(reason))
                : new Deny(reason, Optional.empty(), Optional.empty());
    }

    private static Decision afterProof(Facts facts, Facts.Proven proven) {
        Reason blocked = blockedByState(proven, facts.now());
        if (blocked == null && facts.credential() == CredentialOutcome.ENDED) {
            blocked = Reason.SECRET_ROTATED;
        }
        if (blocked == null) {
            blocked = blockedByPlace(proven, facts);
        }
        if (blocked == Reason.CLIENT_NOT_ALLOWED
                && facts.request().client().isEmpty()
                && unread(facts).isPresent()) {
            // The operation could have said for which client it is.
            return unread(facts).get();
        }
        return blocked == null
                ? authorize(facts, proven)
                : refuse(new Refusal(blocked, Optional.empty(), false), facts, proven);
    }

    private static @Nullable Reason blockedByState(Facts.Proven proven, Instant now) {
        Token token = proven.token();
        TokenState state = token.state();
        if (state == TokenState.REVOKED || isRevokedWithOthers(proven)) {
            return Reason.REVOKED;
        }
        if (state == TokenState.DELETED) {
            return Reason.DELETED;
        }
        if (state == TokenState.DISABLED) {
            return Reason.DISABLED;
        }
        if (proven.tenant().isEmpty() || !proven.tenant().get().active()) {
            return Reason.TENANT_DISABLED;
        }
        boolean owned = token.rules().owner().isPresent();
        if (owned && (proven.owner().isEmpty() || !proven.owner().get().active())) {
            return Reason.OWNER_DISABLED;
        }
        return blockedByTime(token, proven.tenant().get(), now);
    }

    /** A token that was made before all tokens of its tenant, or of its owner, were revoked. */
    private static boolean isRevokedWithOthers(Facts.Proven proven) {
        TokenRules rules = proven.token().rules();
        boolean withTenant =
                proven.tenant().isPresent() && proven.tenant().get().rules().revocations() > rules.tenantRevocations();
        boolean withOwner = proven.owner().isPresent()
                && rules.owner().isPresent()
                && proven.owner().get().revocations() > rules.owner().get().revocations();
        return withTenant || withOwner;
    }

    private static @Nullable Reason blockedByTime(Token token, Tenant tenant, Instant now) {
        Optional<Instant> end = token.times().end(tenant.rules().maxLifetime());
        if (end.isPresent() && !now.isBefore(end.get())) {
            return Reason.EXPIRED;
        }
        Optional<Instant> start = token.times().notBefore();
        return start.isPresent() && now.isBefore(start.get()) ? Reason.NOT_YET_VALID : null;
    }

    private static @Nullable Reason blockedByPlace(Facts.Proven proven, Facts facts) {
        Token token = proven.token();
        Facts.Request request = facts.request();
        boolean ownTenant = facts.requestTenant().isPresent()
                && facts.requestTenant().get().uid().equals(token.tenantUid());
        if (!ownTenant) {
            return Reason.WRONG_TENANT;
        }
        TokenRules rules = token.rules();
        if (!isAllowed(rules.clients(), request.client())) {
            return Reason.CLIENT_NOT_ALLOWED;
        }
        boolean fromThere = rules.addresses().isEmpty()
                || (request.address().isPresent()
                        && rules.addresses().contains(request.address().get()));
        if (!fromThere) {
            return Reason.IP_NOT_ALLOWED;
        }
        return isAllowed(rules.countries(), request.country()) ? null : Reason.COUNTRY_NOT_ALLOWED;
    }

    private static boolean isAllowed(Set<String> allowed, Optional<String> found) {
        return allowed.isEmpty() || (found.isPresent() && allowed.contains(found.get()));
    }

    private static Decision authorize(Facts facts, Facts.Proven proven) {
        if (facts.request().access() == Access.OPTIONAL) {
            return new Allow(Optional.of(identity(facts, proven)), Optional.empty(), Optional.empty());
        }
        return facts.request()
                .need()
                .fold(
                        known -> authorize(known.operation(), facts, proven),
                        unknown ->
                                refuse(new Refusal(Reason.UNKNOWN_OPERATION, Optional.empty(), false), facts, proven),
                        Need.CannotTell::decision);
    }

    private static Decision authorize(Operation operation, Facts facts, Facts.Proven proven) {
        Reason missing = missingRight(operation, proven);
        Optional<Operation> what = Optional.of(operation);
        return missing == null
                ? new Allow(Optional.of(identity(facts, proven)), what, Optional.empty())
                : refuse(new Refusal(missing, what, Shadow.covers(operation, facts.now())), facts, proven);
    }

    private static @Nullable Reason missingRight(Operation operation, Facts.Proven proven) {
        Set<Action> allowed = proven.tenant().orElseThrow().rules().allowedActions();
        boolean ofTenant = allowed.isEmpty() || allowed.contains(operation.action());
        if (!ofTenant || !isCovered(proven.token().grants(), operation)) {
            return Reason.PERMISSION_DENIED;
        }
        Optional<Owner> owner = proven.owner();
        boolean ofOwner = owner.isEmpty() || isCovered(owner.get().grants(), operation);
        return ofOwner ? null : Reason.OWNER_LACKS_PERMISSION;
    }

    /** Whether one of some grants is enough for an operation. */
    public static boolean isCovered(List<Grant> grants, Operation operation) {
        for (int i = 0; i < grants.size(); i++) {
            if (grants.get(i).covers(operation)) {
                return true;
            }
        }
        return false;
    }

    /** Why a proven token is refused, what it lacks, and whether the shadow of a module is over it. */
    private record Refusal(Reason reason, Optional<Operation> operation, boolean inShadow) {}

    private static Decision refuse(Refusal refusal, Facts facts, Facts.Proven proven) {
        boolean shadowed = refusal.reason().group() == Reason.Group.FORBIDDEN
                && refusal.reason().canBeShadowed()
                && Shadow.mayCover(proven.tenant())
                && (refusal.inShadow() || Shadow.covers(proven, facts.now()));
        if (shadowed && unread(facts).isPresent()) {
            // A shadow softens what is known to be wrong, not what nobody can tell.
            return unread(facts).get();
        }
        if (shadowed) {
            return new Allow(Optional.of(identity(facts, proven)), refusal.operation(), Optional.of(refusal.reason()));
        }
        Decision.Proven who =
                new Decision.Proven(proven.token(), proven.tenant().map(Tenant::id));
        return new Deny(refusal.reason(), Optional.of(who), refusal.operation());
    }

    /** Why nobody can tell what the request needs; empty where somebody can, or nobody asks. */
    private static Optional<Decision> unread(Facts facts) {
        return facts.request().access() == Access.REQUIRED && facts.request().need() instanceof Need.CannotTell untold
                ? Optional.of(untold.decision())
                : Optional.empty();
    }

    private static Decision.Identity identity(Facts facts, Facts.Proven proven) {
        return new Decision.Identity(
                proven.tenant().orElseThrow(),
                proven.token(),
                proven.secretNumber(),
                proven.owner(),
                facts.request().client());
    }
}
