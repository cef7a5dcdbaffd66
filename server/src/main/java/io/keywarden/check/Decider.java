package io.keywarden.check;

import io.keywarden.check.CheckOutcome.PresentedId;
import io.keywarden.credential.Credential;
import io.keywarden.credential.Credential.Presented;
import io.keywarden.credential.CredentialParser;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.Proof;
import io.keywarden.credential.SecretHasher;
import io.keywarden.policy.CredentialOutcome;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Need;
import io.keywarden.policy.PolicyEvaluator;
import io.keywarden.store.DecisionReader;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Gathers what a decision is made from: whose the host is, the credential, its token, what the request needs. Never blocks.
 * What goes wrong on the way completes the stage exceptionally; it never makes a decision.
 */
final class Decider {
    private static final Need UNKNOWN_NEED = new Need.Unknown();

    private final DecisionReader reader;
    private final IdTags tags;
    private final SecretHasher hasher;
    private final InstantSource clock;

    Decider(DecisionReader reader, IdTags tags, SecretHasher hasher, InstantSource clock) {
        this.reader = reader;
        this.tags = tags;
        this.hasher = hasher;
        this.clock = clock;
    }

    /** Decides about a request. */
    CompletionStage<CheckOutcome> decide(CheckedRequest request, CallBudget budget) {
        // The first step is a stage too, so that what it throws ends where all else ends.
        return CompletableFuture.completedFuture(request)
                .thenCompose(asked -> tenantOfHost(asked, budget))
                .thenCompose(lookup -> lookup.fold(
                        tenant -> findCredential(new Asked(request, budget, Optional.of(tenant))),
                        absent -> findCredential(new Asked(request, budget, Optional.empty())),
                        unknown -> done(CheckOutcome.cannotTell(request, unknown.reason(), unknown.detail()))));
    }

    private CompletionStage<Lookup<Tenant>> tenantOfHost(CheckedRequest request, CallBudget budget) {
        if (request.host().isEmpty()) {
            return done(new Lookup.NotFound<>());
        }
        String host = request.host().get();
        return reader.tenantOfHost(host, budget.limit())
                .thenCompose(lookup -> lookup.fold(
                        ref -> reader.tenant(ref, budget.limit()).thenApply(found -> ifClaimed(host, found)),
                        absent -> done(new Lookup.NotFound<>()),
                        unknown -> done(new Lookup.CannotTell<>(unknown.reason(), unknown.detail()))));
    }

    /** A claim that its tenant does not list is void: left from a creation that broke off, or an old one put back. */
    private static Lookup<Tenant> ifClaimed(String host, Lookup<Tenant> claimant) {
        return claimant.fold(
                tenant -> tenant.hosts().contains(host) ? claimant : new Lookup.NotFound<>(),
                absent -> claimant,
                unknown -> claimant);
    }

    private CompletionStage<CheckOutcome> findCredential(Asked asked) {
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

    private CompletionStage<CheckOutcome> findToken(Asked asked, Presented presented) {
        Candidate unknownToken = new Candidate(asked, presented, Optional.empty(), UNKNOWN_NEED);
        if (!tags.isGenuine(presented.id())) {
            return prove(unknownToken);
        }
        CompletionStage<Lookup<Token>> token =
                reader.token(presented.id(), asked.budget().limit());
        return token.thenCombine(
                        need(asked),
                        (lookup, need) -> lookup.fold(
                                found -> prove(new Candidate(asked, presented, Optional.of(found), need)),
                                absent -> prove(unknownToken),
                                unknown -> done(unknownToken.decided(cannotTell(unknown)))))
                .thenCompose(Function.identity());
    }

    /** What the request needs. Asked for beside the token, so that a known and an unknown token cost the same. */
    private CompletionStage<Need> need(Asked asked) {
        CheckedRequest request = asked.request();
        if (asked.tenant().isEmpty()
                || request.path().isEmpty()
                || request.host().isEmpty()
                || request.routeSpeaks()) {
            return done(UNKNOWN_NEED);
        }
        return reader.catalog(asked.tenant().get().catalog(), asked.budget().limit())
                .thenApply(lookup -> lookup.fold(
                        catalog -> catalog.match(
                                        request.host().get(),
                                        request.method(),
                                        request.path().get())
                                .<Need>map(Need.Known::new)
                                .orElse(UNKNOWN_NEED),
                        absent -> UNKNOWN_NEED,
                        unknown -> new Need.CannotTell(cannotTell(unknown))));
    }

    private CompletionStage<CheckOutcome> prove(Candidate candidate) {
        Instant now = clock.instant();
        Proof proof = hasher.prove(candidate.token(), candidate.presented().secret(), now);
        CredentialOutcome outcome = outcomeOf(proof.kind());
        if (outcome == CredentialOutcome.WRONG || outcome == CredentialOutcome.UNKNOWN_PEPPER) {
            return done(candidate.decided(PolicyEvaluator.evaluate(Facts.unproven(outcome, now))));
        }
        Token token = candidate.token().orElseThrow();
        return tenantOfToken(candidate.asked(), token)
                .thenApply(lookup -> lookup.fold(
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
                        unknown -> candidate.decided(cannotTell(unknown))));
    }

    private static CheckOutcome evaluate(
            Candidate candidate, CredentialOutcome outcome, Facts.Proven proven, Instant now) {
        Facts facts = new Facts(
                outcome, Optional.of(proven), candidate.asked().tenant().map(Tenant::uid), candidate.need(), now);
        return candidate.decided(PolicyEvaluator.evaluate(facts));
    }

    private CompletionStage<Lookup<Tenant>> tenantOfToken(Asked asked, Token token) {
        Optional<Tenant> known = asked.tenant().filter(tenant -> tenant.uid().equals(token.tenantUid()));
        return known.isPresent()
                ? done(new Lookup.Found<>(known.get()))
                : reader.tenant(
                        new TenantRef(token.tenantUid(), token.id().slot()),
                        asked.budget().limit());
    }

    private CompletionStage<CheckOutcome> unproven(Asked asked, CredentialOutcome outcome) {
        Decision decision = PolicyEvaluator.evaluate(Facts.unproven(outcome, clock.instant()));
        return done(CheckOutcome.of(asked.request(), decision, asked.tenant()));
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

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    /** A request, and the tenant whose host it is of. */
    private record Asked(CheckedRequest request, CallBudget budget, Optional<Tenant> tenant) {}

    /** A credential, and what is known of its token and of what the request needs. */
    private record Candidate(Asked asked, Presented presented, Optional<Token> token, Need need) {
        CheckOutcome decided(Decision decision) {
            Optional<Operation> operation = need.fold(
                    known -> Optional.of(known.operation()), unknown -> Optional.empty(), untold -> Optional.empty());
            return new CheckOutcome(
                    asked.request(),
                    decision,
                    asked.tenant().map(Tenant::id),
                    operation,
                    Optional.of(new PresentedId(presented.id(), presented.header())));
        }
    }
}
