package io.keywarden.check;

import io.keywarden.check.CheckOutcome.PresentedId;
import io.keywarden.credential.Credential;
import io.keywarden.credential.Credential.Presented;
import io.keywarden.credential.CredentialParser;
import io.keywarden.credential.Proof;
import io.keywarden.credential.SecretHasher;
import io.keywarden.policy.CredentialOutcome;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Need;
import io.keywarden.policy.PolicyEvaluator;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Gathers what a decision is made from: whose the host is, the credential, its token, what the request needs. One pass over
 * what is known: never waits, keeps nothing, and makes no decision of what goes wrong on the way.
 */
final class Decider {
    private static final Need UNKNOWN_NEED = new Need.Unknown();

    private final SecretHasher hasher;
    private final InstantSource clock;

    Decider(SecretHasher hasher, InstantSource clock) {
        this.hasher = hasher;
        this.clock = clock;
    }

    /** Decides about a request, as far as the view is complete. */
    Verdict decide(CheckedRequest request, CheckView view) {
        return tenantOfHost(request, view)
                .fold(
                        tenant -> findCredential(new Asked(request, view, Optional.of(tenant))),
                        absent -> findCredential(new Asked(request, view, Optional.empty())),
                        unknown -> new Verdict(
                                CheckOutcome.cannotTell(request, unknown.reason(), unknown.detail()),
                                false,
                                Optional.empty()));
    }

    private static Lookup<Tenant> tenantOfHost(CheckedRequest request, CheckView view) {
        if (request.host().isEmpty()) {
            return new Lookup.NotFound<>();
        }
        String host = request.host().get();
        return view.tenantOfHost(host)
                .fold(
                        ref -> ifClaimed(host, view.tenant(ref)),
                        absent -> new Lookup.NotFound<>(),
                        unknown -> new Lookup.CannotTell<>(unknown.reason(), unknown.detail()));
    }

    /** A claim that its tenant does not list is void: left from a creation that broke off, or an old one put back. */
    private static Lookup<Tenant> ifClaimed(String host, Lookup<Tenant> claimant) {
        return claimant.fold(
                tenant -> tenant.hosts().contains(host) ? claimant : new Lookup.NotFound<>(),
                absent -> claimant,
                unknown -> claimant);
    }

    private Verdict findCredential(Asked asked) {
        List<CredentialSource> sources = asked.tenant()
                .map(Tenant::sources)
                .filter(own -> !own.isEmpty())
                .orElse(CredentialSource.DEFAULTS);
        return CredentialParser.parse(sources, asked.request().headers())
                .fold(new Credential.Cases<>(
                        presented -> findToken(asked, presented),
                        absent -> unproven(asked, CredentialOutcome.MISSING),
                        malformed -> unproven(asked, CredentialOutcome.MALFORMED),
                        duplicate -> unproven(asked, CredentialOutcome.DUPLICATE)));
    }

    private Verdict findToken(Asked asked, Presented presented) {
        // Both are asked for before one is looked at: they are read together, and a known token costs what an unknown
        // does.
        Lookup<Token> token = asked.view().token(presented.id());
        Need need = need(asked);
        if (!asked.view().isComplete()) {
            return withoutToken(asked, presented).undecided("not read yet");
        }
        return token.fold(
                found -> prove(new Candidate(asked, presented, Optional.of(found), need)),
                absent -> prove(withoutToken(asked, presented)),
                unknown -> withoutToken(asked, presented).decided(cannotTell(unknown)));
    }

    private static Candidate withoutToken(Asked asked, Presented presented) {
        return new Candidate(asked, presented, Optional.empty(), UNKNOWN_NEED);
    }

    private static Need need(Asked asked) {
        CheckedRequest request = asked.request();
        if (asked.tenant().isEmpty()
                || request.path().isEmpty()
                || request.host().isEmpty()
                || request.routeSpeaks()) {
            return UNKNOWN_NEED;
        }
        return asked.view()
                .catalog(asked.tenant().get().catalog())
                .fold(
                        catalog -> catalog.match(
                                        request.host().get(),
                                        request.method(),
                                        request.path().get())
                                .<Need>map(Need.Known::new)
                                .orElse(UNKNOWN_NEED),
                        absent -> UNKNOWN_NEED,
                        unknown -> new Need.CannotTell(cannotTell(unknown)));
    }

    private Verdict prove(Candidate candidate) {
        Instant now = clock.instant();
        Proof proof = hasher.prove(candidate.token(), candidate.presented().secret(), now);
        CredentialOutcome outcome = outcomeOf(proof.kind());
        if (outcome == CredentialOutcome.WRONG || outcome == CredentialOutcome.UNKNOWN_PEPPER) {
            return candidate.decided(PolicyEvaluator.evaluate(Facts.unproven(outcome, now)));
        }
        Token token = candidate.token().orElseThrow();
        return tenantOfToken(candidate.asked(), token)
                .fold(
                        found -> evaluate(
                                candidate,
                                outcome,
                                new Facts.Proven(token, proof.secretNumber(), Optional.of(found)),
                                now),
                        absent -> evaluate(
                                candidate,
                                outcome,
                                new Facts.Proven(token, proof.secretNumber(), Optional.empty()),
                                now),
                        unknown -> candidate.decided(cannotTell(unknown)));
    }

    private static Verdict evaluate(Candidate candidate, CredentialOutcome outcome, Facts.Proven proven, Instant now) {
        Facts facts = new Facts(
                outcome, Optional.of(proven), candidate.asked().tenant().map(Tenant::uid), candidate.need(), now);
        return candidate.decided(PolicyEvaluator.evaluate(facts), proven.tenant());
    }

    private static Lookup<Tenant> tenantOfToken(Asked asked, Token token) {
        Optional<Tenant> known = asked.tenant().filter(tenant -> tenant.uid().equals(token.tenantUid()));
        return known.isPresent()
                ? new Lookup.Found<>(known.get())
                : asked.view()
                        .tenant(new TenantRef(token.tenantUid(), token.id().slot()));
    }

    private Verdict unproven(Asked asked, CredentialOutcome outcome) {
        Decision decision = PolicyEvaluator.evaluate(Facts.unproven(outcome, clock.instant()));
        return new Verdict(
                CheckOutcome.of(asked.request(), decision, asked.tenant()),
                asked.hostIsNobodys(),
                asked.tenant().map(Tenant::outage));
    }

    private static CredentialOutcome outcomeOf(Proof.Kind kind) {
        return switch (kind) {
            case PROVEN -> CredentialOutcome.LIVE;
            case ENDED -> CredentialOutcome.ENDED;
            case WRONG -> CredentialOutcome.WRONG;
            case UNKNOWN_PEPPER -> CredentialOutcome.UNKNOWN_PEPPER;
        };
    }

    private static Decision.CannotTell cannotTell(Lookup.CannotTell<?> unknown) {
        return new Decision.CannotTell(unknown.reason(), unknown.detail());
    }

    /** A request, and the tenant whose host it is of. */
    private record Asked(CheckedRequest request, CheckView view, Optional<Tenant> tenant) {
        boolean hostIsNobodys() {
            return tenant.isEmpty() && request.host().isPresent();
        }
    }

    /** A credential, and what is known of its token and of what the request needs. */
    private record Candidate(Asked asked, Presented presented, Optional<Token> token, Need need) {
        Verdict undecided(String detail) {
            return decided(new Decision.CannotTell(Reason.STORE_UNAVAILABLE, detail));
        }

        Verdict decided(Decision decision) {
            return decided(decision, Optional.empty());
        }

        Verdict decided(Decision decision, Optional<Tenant> provenTenant) {
            Optional<Operation> operation = need.fold(
                    known -> Optional.of(known.operation()), unknown -> Optional.empty(), untold -> Optional.empty());
            CheckOutcome outcome = new CheckOutcome(
                    asked.request(),
                    decision,
                    asked.tenant().map(Tenant::id),
                    operation,
                    Optional.of(new PresentedId(presented.id(), presented.header())));
            Optional<Tenant> about = provenTenant.isPresent() ? provenTenant : asked.tenant();
            return new Verdict(outcome, isNew(decision), about.map(Tenant::outage));
        }

        private boolean isNew(Decision decision) {
            return asked.hostIsNobodys()
                    || (decision instanceof Decision.Deny deny && deny.reason() == Reason.INVALID_CREDENTIAL);
        }
    }
}
