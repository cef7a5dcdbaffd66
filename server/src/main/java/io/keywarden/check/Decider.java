package io.keywarden.check;

import io.keywarden.check.CheckOutcome.PresentedId;
import io.keywarden.check.TenantResolver.Resolved;
import io.keywarden.credential.Credential;
import io.keywarden.credential.Credential.Claim;
import io.keywarden.credential.Credential.Presented;
import io.keywarden.credential.CredentialParser;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.credential.Proof;
import io.keywarden.credential.SecretHasher;
import io.keywarden.policy.Access;
import io.keywarden.policy.CredentialOutcome;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Need;
import io.keywarden.policy.PolicyEvaluator;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.OpenPath;
import io.keywarden.token.Owner;
import io.keywarden.token.SecretDigest;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Gathers what a decision is made from: whom the request is for, the credential, its token, what the request needs. One pass
 * over what is known: never waits, keeps nothing, and makes no decision of what goes wrong on the way.
 */
final class Decider {
    private static final Need UNKNOWN_NEED = new Need.Unknown();

    private final SecretHasher hasher;
    private final OpaqueSecrets opaque;
    private final CheckSettings settings;
    private final InstantSource clock;
    private final TenantResolver tenants;
    private final RequestFacts requests;

    Decider(CheckKeys keys, CheckSettings settings, InstantSource clock) {
        this.hasher = keys.hasher();
        this.opaque = keys.opaque();
        this.settings = settings;
        this.clock = clock;
        this.tenants = new TenantResolver(settings);
        this.requests = new RequestFacts(settings.countries());
    }

    /** Decides about a request, as far as the view is complete. */
    Verdict decide(CheckedRequest request, CheckView view) {
        return decide(request, Origin.of(request.source(), request.headers(), settings), view);
    }

    /** The same, of a request that is known to come from somewhere. */
    Verdict decide(CheckedRequest request, Origin origin, CheckView view) {
        return decide(request, origin, view, this::findCredential);
    }

    /**
     * Decides about a request as if the newest secret of a token had come with it, as far as the view is complete. A token
     * that is not there proves nothing.
     */
    Verdict decideAs(TokenId id, CheckedRequest request, Origin origin, CheckView view) {
        return decide(request, origin, view, asked -> assume(asked, id));
    }

    private Verdict decide(CheckedRequest request, Origin origin, CheckView view, Function<Asked, Verdict> proof) {
        if (isOpen(request)) {
            return Verdict.stateless(open(request, Optional.empty()));
        }
        return tenants.resolve(request, origin, view)
                .fold(
                        found -> ofTenant(new Asked(request, view, origin, Optional.of(found)), proof),
                        absent -> proof.apply(new Asked(request, view, origin, Optional.empty())),
                        unknown -> new Verdict(
                                CheckOutcome.cannotTell(request, unknown.reason(), unknown.detail()),
                                false,
                                Optional.empty()));
    }

    /** Whether its route opens it, or, where the route says nothing of that, this deployment does. */
    private boolean isOpen(CheckedRequest request) {
        if (request.route().accessOrRequired() == Access.PUBLIC) {
            return true;
        }
        return !request.route().namesAccess() && isOneOf(settings.openPaths(), request);
    }

    private static boolean isOneOf(List<OpenPath> open, CheckedRequest request) {
        return !open.isEmpty()
                && request.path().isPresent()
                && request.path().get().isOpen(open, request.method());
    }

    private Verdict ofTenant(Asked asked, Function<Asked, Verdict> proof) {
        CheckedRequest request = asked.request();
        Tenant tenant = asked.resolved().orElseThrow().tenant();
        // What a tenant opens is closed with it.
        boolean open = tenant.active()
                && ((!request.route().namesAccess() && isOneOf(tenant.rules().openPaths(), request))
                        || (tenant.rules().corsPreflight() && request.isCorsPreflight()));
        return open
                ? new Verdict(open(request, Optional.of(tenant)), false, Optional.of(tenant.outage()))
                : proof.apply(asked);
    }

    /**
     * Lets pass what needs no credential. Nobody looks whose one is that it carries all the same; it is hidden where it is in a
     * place that is known, which are the tenant's own where the tenant opens it, and else those of tenants that say nothing.
     */
    private CheckOutcome open(CheckedRequest request, Optional<Tenant> tenant) {
        Facts facts = Facts.unproven(CredentialOutcome.MISSING, tenant, Access.PUBLIC, clock.instant());
        Credential credential = CredentialParser.parse(sources(tenant), request.headers(), request.query());
        Optional<PresentedId> presented =
                credential instanceof Presented found ? Optional.of(PresentedId.of(found)) : Optional.empty();
        return new CheckOutcome(request, PolicyEvaluator.evaluate(facts), tenant, Optional.of(facts), presented);
    }

    private static List<CredentialSource> sources(Optional<Tenant> tenant) {
        return tenant.map(Tenant::sources).filter(own -> !own.isEmpty()).orElse(CredentialSource.DEFAULTS);
    }

    private Verdict findCredential(Asked asked) {
        CheckedRequest request = asked.request();
        return CredentialParser.parse(sources(asked.tenant()), request.headers(), request.query())
                .fold(new Credential.Cases<>(
                        presented -> findToken(asked, presented),
                        absent -> unproven(asked, CredentialOutcome.MISSING),
                        malformed -> unproven(asked, CredentialOutcome.MALFORMED),
                        duplicate -> unproven(asked, CredentialOutcome.DUPLICATE)));
    }

    private Verdict findToken(Asked asked, Presented presented) {
        // Both are asked for before one is looked at: they are read together, and a known token costs what an unknown
        // does.
        Lookup<Token> token = token(asked, presented);
        Need need = need(asked);
        Optional<PresentedId> shown = Optional.of(PresentedId.of(presented));
        Candidate nobody = new Candidate(asked, shown, Optional.empty(), UNKNOWN_NEED);
        if (!asked.view().isComplete()) {
            return nobody.undecided("not read yet");
        }
        return token.fold(
                found -> prove(new Candidate(asked, shown, Optional.of(found), need), presented.secret()),
                absent -> prove(nobody, presented.secret()),
                unknown -> nobody.decided(cannotTell(unknown)));
    }

    /** Goes on as if the newest secret of a token had been presented. */
    private Verdict assume(Asked asked, TokenId id) {
        Lookup<Token> token = asked.view().token(id);
        Need need = need(asked);
        Candidate nobody = new Candidate(asked, Optional.empty(), Optional.empty(), UNKNOWN_NEED);
        if (!asked.view().isComplete()) {
            return nobody.undecided("not read yet");
        }
        return token.fold(
                found -> assumed(new Candidate(asked, Optional.empty(), Optional.of(found), need)),
                absent -> refused(nobody, CredentialOutcome.WRONG, clock.instant()),
                unknown -> nobody.decided(cannotTell(unknown)));
    }

    private Verdict assumed(Candidate candidate) {
        List<SecretDigest> secrets = candidate.token().orElseThrow().secrets();
        int newest = secrets.isEmpty() ? 0 : secrets.get(0).number();
        return afterProof(candidate, new Proof(Proof.Kind.PROVEN, newest), clock.instant());
    }

    private Lookup<Token> token(Asked asked, Presented presented) {
        Claim claim = presented.claim();
        if (claim instanceof Claim.OfToken ofToken) {
            return asked.view().token(ofToken.id());
        }
        if (asked.resolved().isEmpty()) {
            return new Lookup.NotFound<>();
        }
        TenantRef tenant = asked.resolved().get().ref();
        Lookup<TokenId> id = claim instanceof Claim.OfCredentialId named
                ? asked.view().tokenOfCredentialId(tenant, named.text())
                : asked.view().tokenOfSecret(tenant, opaque.digests(tenant.uid(), presented.secret()));
        return id.flatMap(asked.view()::token)
                .flatMap(token -> token.tenantUid().equals(tenant.uid())
                        ? new Lookup.Found<>(token)
                        : new Lookup.NotFound<Token>());
    }

    private static Need need(Asked asked) {
        return asked.tenant().isEmpty()
                ? UNKNOWN_NEED
                : RequestFacts.need(asked.request(), asked.tenant().get(), asked.view());
    }

    private Verdict prove(Candidate candidate, TokenSecret secret) {
        Instant now = clock.instant();
        Proof proof = hasher.prove(candidate.token(), secret, now);
        CredentialOutcome outcome = outcomeOf(proof.kind());
        return outcome == CredentialOutcome.WRONG || outcome == CredentialOutcome.UNKNOWN_PEPPER
                ? refused(candidate, outcome, now)
                : afterProof(candidate, proof, now);
    }

    private static Verdict refused(Candidate candidate, CredentialOutcome outcome, Instant now) {
        Asked asked = candidate.asked();
        Access access = asked.request().route().accessOrRequired();
        Facts facts = Facts.unproven(outcome, asked.tenant(), access, now);
        return candidate.decided(PolicyEvaluator.evaluate(facts), Optional.empty(), Optional.of(facts));
    }

    private Verdict afterProof(Candidate candidate, Proof proof, Instant now) {
        Asked asked = candidate.asked();
        CredentialOutcome outcome = outcomeOf(proof.kind());
        Token token = candidate.token().orElseThrow();
        Lookup<Tenant> tenant = tenantOfToken(asked, token);
        // Only now: who has proven nothing cannot find out by the time it takes that the token has an owner.
        Lookup<Owner> owner = ownerOf(asked, token);
        if (!asked.view().isComplete()) {
            return candidate.undecided("not read yet");
        }
        return tenant.fold(
                found -> withOwner(new Proven(candidate, proof, outcome, Optional.of(found), now), owner),
                absent -> withOwner(new Proven(candidate, proof, outcome, Optional.empty(), now), owner),
                unknown -> candidate.decided(cannotTell(unknown)));
    }

    private Verdict withOwner(Proven proven, Lookup<Owner> owner) {
        return owner.fold(
                found -> evaluate(proven, Optional.of(found)),
                absent -> evaluate(proven, Optional.empty()),
                unknown -> proven.candidate().decided(cannotTell(unknown)));
    }

    private Verdict evaluate(Proven proven, Optional<Owner> owner) {
        Candidate candidate = proven.candidate();
        Asked asked = candidate.asked();
        Token token = candidate.token().orElseThrow();
        Facts.Request request = requests.of(asked.request(), asked.origin(), asked.tenant(), candidate.need(), token);
        Facts facts = new Facts(
                proven.outcome(),
                Optional.of(new Facts.Proven(token, proven.proof().secretNumber(), proven.tenant(), owner)),
                asked.tenant(),
                request,
                proven.now());
        return candidate.decided(PolicyEvaluator.evaluate(facts), proven.tenant(), Optional.of(facts));
    }

    private static Lookup<Tenant> tenantOfToken(Asked asked, Token token) {
        Optional<Tenant> known = asked.tenant().filter(tenant -> tenant.uid().equals(token.tenantUid()));
        return known.isPresent()
                ? new Lookup.Found<>(known.get())
                : asked.view()
                        .tenant(new TenantRef(token.tenantUid(), token.id().slot()));
    }

    private static Lookup<Owner> ownerOf(Asked asked, Token token) {
        return token.rules().owner().isEmpty()
                ? new Lookup.NotFound<>()
                : asked.view()
                        .owner(slotOf(asked, token), token.rules().owner().get().uid())
                        .flatMap(owner -> owner.tenantUid().equals(token.tenantUid())
                                ? new Lookup.Found<>(owner)
                                : new Lookup.NotFound<Owner>());
    }

    /** Where the tenant of a token is: of the same tenant as the request, it is at hand. */
    private static SlotTag slotOf(Asked asked, Token token) {
        return asked.resolved()
                .filter(resolved -> resolved.ref().uid().equals(token.tenantUid()))
                .map(resolved -> resolved.ref().slot())
                .orElseGet(() -> token.id().slot());
    }

    private Verdict unproven(Asked asked, CredentialOutcome outcome) {
        Access access = asked.request().route().accessOrRequired();
        Facts facts = Facts.unproven(outcome, asked.tenant(), access, clock.instant());
        return new Verdict(
                CheckOutcome.of(asked.request(), PolicyEvaluator.evaluate(facts), Optional.of(facts)),
                asked.isNobodys(),
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

    /** A request, and the tenant that it is for. */
    private record Asked(CheckedRequest request, CheckView view, Origin origin, Optional<Resolved> resolved) {
        Optional<Tenant> tenant() {
            return resolved.map(Resolved::tenant);
        }

        boolean isNobodys() {
            return resolved.isEmpty();
        }
    }

    /** A token whose secret was proven, with its tenant. */
    private record Proven(
            Candidate candidate, Proof proof, CredentialOutcome outcome, Optional<Tenant> tenant, Instant now) {}

    /** A credential, and what is known of its token and of what the request needs. */
    private record Candidate(Asked asked, Optional<PresentedId> shown, Optional<Token> token, Need need) {
        Verdict undecided(String detail) {
            return decided(new Decision.CannotTell(Reason.STORE_UNAVAILABLE, detail));
        }

        Verdict decided(Decision decision) {
            return decided(decision, Optional.empty(), Optional.empty());
        }

        Verdict decided(Decision decision, Optional<Tenant> provenTenant, Optional<Facts> facts) {
            CheckOutcome outcome = new CheckOutcome(asked.request(), decision, asked.tenant(), facts, shown);
            Optional<Tenant> about = provenTenant.isPresent() ? provenTenant : asked.tenant();
            return new Verdict(outcome, asked.isNobodys() || outcome.isUnproven(), about.map(Tenant::outage));
        }
    }
}
