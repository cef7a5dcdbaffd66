package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.NotAuthenticated;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.Proof;
import io.keywarden.credential.SecretHasher;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.Access;
import io.keywarden.policy.CountryLookup;
import io.keywarden.policy.CredentialOutcome;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Need;
import io.keywarden.policy.PolicyEvaluator;
import io.keywarden.policy.Reason;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordCompiler;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.IpAddress;
import io.keywarden.token.Owner;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import io.keywarden.token.Uid;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Knows callers by tokens in the store: those of tenant {@code system}, and those of an owner whose tenant lets owners serve
 * themselves. They are judged as a check judges them, for their own tenant and from the caller's address, but no shadow helps.
 * Where the store is away nobody is known. Blocks.
 */
final class TokenCallers {
    private static final Need NOTHING = new Need.Unknown();

    private final AdminStore store;
    private final IdTags tags;
    private final SecretHasher hasher;
    private final CountryLookup countries;
    private final InstantSource clock;

    TokenCallers(AdminStore store, AdminKeys keys, CountryLookup countries, InstantSource clock) {
        this.store = store;
        this.tags = new IdTags(keys.tagKeys());
        this.hasher = keys.hasher();
        this.countries = countries;
        this.clock = clock;
    }

    /**
     * Whose token was presented.
     *
     * @param use what they call for
     * @throws AdminException if it is nobody's who may call, or that cannot be told
     */
    Caller prove(TokenText presented, String peer, Use use) {
        Instant now = clock.instant();
        // A made-up id costs no read. Everything else is the same for an id that is not there and for a wrong secret.
        Optional<StoredRecord> stored =
                tags.isGenuine(presented.id()) ? store.read(RecordKey.token(presented.id())) : Optional.empty();
        Optional<Token> token = stored.map(record -> known(RecordCompiler.token(record)));
        Proof proof = hasher.prove(token, presented.secret(), now);
        CredentialOutcome outcome = outcome(proof.kind());
        if (outcome == CredentialOutcome.WRONG || outcome == CredentialOutcome.UNKNOWN_PEPPER) {
            Facts facts = Facts.unproven(outcome, Optional.empty(), Access.REQUIRED, now);
            throw refusal(PolicyEvaluator.evaluate(facts));
        }
        Entry<TokenRecord> entry = Entry.of(stored.orElseThrow(), TokenRecord.parser());
        Proven proven = new Proven(entry, token.orElseThrow(), proof, outcome, now);
        return caller(proven, peer, use);
    }

    /** What somebody calls for. */
    enum Use {
        /** For anything. */
        ANY,
        /** To watch secrets: a token that may call for nothing else may watch its own, by its current secret. */
        WATCH,
        /** To go on watching, by the secret with which it was begun. */
        WATCH_ON
    }

    /** A token whose secret was presented. */
    private record Proven(Entry<TokenRecord> entry, Token token, Proof proof, CredentialOutcome outcome, Instant now) {
        SlotTag slot() {
            return token.id().slot();
        }
    }

    private Caller caller(Proven proven, String peer, Use use) {
        Token token = proven.token();
        Uid tenantUid = token.tenantUid();
        Optional<StoredRecord> storedTenant = store.read(RecordKey.tenant(proven.slot(), tenantUid));
        Optional<Tenant> tenant =
                storedTenant.map(record -> known(RecordCompiler.ofUid(record, tenantUid, RecordCompiler::tenant)));
        Optional<StoredRecord> storedOwner =
                token.rules().owner().flatMap(owner -> store.read(RecordKey.owner(proven.slot(), owner.uid())));
        Optional<Owner> owner = storedOwner
                .map(record -> known(RecordCompiler.ofUid(
                        record, token.rules().owner().orElseThrow().uid(), RecordCompiler::owner)))
                .filter(found -> found.tenantUid().equals(tenantUid));
        boolean system = tenant.filter(Tenant::isSystem).isPresent();
        boolean maySelf = storedTenant
                .map(record -> Entry.of(record, TenantRecord.parser()).payload().getOwnerSelfService())
                .orElse(false);
        boolean called = system || (maySelf && token.rules().owner().isPresent());
        boolean watches = use != Use.ANY;
        Facts facts = new Facts(
                proven.outcome(),
                Optional.of(new Facts.Proven(token, proven.proof().secretNumber(), tenant, owner)),
                called || watches ? tenant : Optional.empty(),
                request(peer),
                proven.now());
        requireAllowed(PolicyEvaluator.evaluate(facts));
        if (watches && !called) {
            return ofItself(proven, tenant.orElseThrow(), peer, use);
        }
        Caller caller = system
                ? ofSystem(proven, peer)
                : ofOwner(
                        proven, tenant.orElseThrow(), Entry.of(storedOwner.orElseThrow(), OwnerRecord.parser()), peer);
        return watches && isCurrent(proven, use) ? caller.watching(Set.of(caller.principal())) : caller;
    }

    private static void requireAllowed(Decision decision) {
        boolean allowed = decision instanceof Decision.Allow allow
                && allow.identity().isPresent()
                && allow.shadowed().isEmpty();
        if (!allowed) {
            throw refusal(decision);
        }
    }

    private Facts.Request request(String peer) {
        int zone = peer.indexOf('%');
        Optional<IpAddress> address = IpAddress.parse(zone < 0 ? peer : peer.substring(0, zone));
        // Whether somebody may call at all does not depend on what they call: that is asked when the message is there.
        return new Facts.Request(
                Access.OPTIONAL, NOTHING, Optional.empty(), address, address.flatMap(countries::country));
    }

    private static Caller ofSystem(Proven proven, String peer) {
        if (proven.token().rules().owner().isPresent()) {
            // Rights to Admin are bounded by who gave them, not by an owner: such a token is nobody's.
            throw new AdminException(new NotAuthenticated(Reason.OWNER_DISABLED));
        }
        return Caller.of(
                principal(Tenant.SYSTEM, proven),
                peer,
                SystemGrants.rights(proven.entry().payload().getGrantsList()),
                Optional.empty(),
                proven.entry().payload());
    }

    private static Caller ofOwner(Proven proven, Tenant tenant, Entry<OwnerRecord> owner, String peer) {
        Caller.OnlyOwner only = new Caller.OnlyOwner(
                ResourceNames.tenant(tenant.id()) + "/owners/" + owner.payload().getId(),
                tenant.id(),
                owner.uid(),
                List.of(
                        proven.entry().payload().getGrantsList(),
                        owner.payload().getGrantsList()),
                false);
        return Caller.of(
                principal(tenant.id(), proven),
                peer,
                Rights.selfService(tenant.id()),
                Optional.of(only),
                proven.entry().payload());
    }

    private static Caller ofItself(Proven proven, Tenant tenant, String peer, Use use) {
        if (!isCurrent(proven, use)) {
            throw new AdminException(new NotAuthenticated(Reason.SECRET_ROTATED));
        }
        String name = principal(tenant.id(), proven);
        TokenRecord record = proven.entry().payload();
        return Caller.of(name, peer, Rights.NONE, Optional.empty(), record).watching(Set.of(name));
    }

    /** Whether a watch may begin or go on: a secret in its grace period may have been given up because it leaked. */
    private static boolean isCurrent(Proven proven, Use use) {
        int current = TokenSecrets.number(proven.entry().payload().getSecretsList());
        return use == Use.WATCH_ON || proven.proof().secretNumber() == current;
    }

    private static String principal(String tenant, Proven proven) {
        return new ResourceNames.TokenName(tenant, proven.token().id()).text();
    }

    private static CredentialOutcome outcome(Proof.Kind kind) {
        return switch (kind) {
            case PROVEN -> CredentialOutcome.LIVE;
            case ENDED -> CredentialOutcome.ENDED;
            case WRONG -> CredentialOutcome.WRONG;
            case UNKNOWN_PEPPER -> CredentialOutcome.UNKNOWN_PEPPER;
        };
    }

    private static AdminException refusal(Decision decision) {
        return decision.fold(
                allow ->
                        new AdminException(new NotAuthenticated(allow.shadowed().orElse(Reason.INVALID_CREDENTIAL))),
                deny -> new AdminException(new NotAuthenticated(deny.reason())),
                unknown -> AdminStore.failed(unknown.reason(), Effect.NOTHING_WRITTEN));
    }

    private static <T> T known(Lookup<T> lookup) {
        return lookup.fold(
                found -> found,
                absent -> {
                    throw AdminStore.failed(Reason.INTERNAL, Effect.NOTHING_WRITTEN);
                },
                unknown -> {
                    throw AdminStore.failed(unknown.reason(), Effect.NOTHING_WRITTEN);
                });
    }
}
