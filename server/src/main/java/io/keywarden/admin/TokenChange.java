package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.AdminFailure.NotPermitted;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.WrongState;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.Listing;
import io.keywarden.store.Commit.NameClaim;
import io.keywarden.store.Commit.NewMark;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.v1.TokenRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Changes a token's record, on the ground of what the token, its tenant and its owner are at that moment. */
final class TokenChange {
    private final Effects effects;
    private final TokenFinder tokens;
    private final CallerBounds bounds;
    private final RecordWrites writes;

    TokenChange(Effects effects, TokenFinder tokens, CallerBounds bounds, RecordWrites writes) {
        this.effects = effects;
        this.tokens = tokens;
        this.bounds = bounds;
        this.writes = writes;
    }

    /**
     * What is asked for.
     *
     * @param name the token's resource name
     * @param etag what the token must be like; empty text where that does not matter
     * @param kind the RPC's name
     * @param requestId the call's request_id; empty text where there is none
     * @param journal what it means to the journal, by what the token is then
     * @param validateOnly whether only to answer what would be
     */
    record Order(
            String name,
            String etag,
            String kind,
            String requestId,
            Function<TokenRecord, JournalRule> journal,
            boolean validateOnly) {
        /** Something that is to be done. */
        Order(String name, String etag, String kind, String requestId, Function<TokenRecord, JournalRule> journal) {
            this(name, etag, kind, requestId, journal, false);
        }

        /** Something that means the same to the journal whatever the token is then. */
        Order(String name, String etag, String kind, JournalRule journal) {
            this(name, etag, kind, "", after -> journal);
        }

        /** Something that takes a right away. */
        static Order narrowing(String name, String etag, Narrowing kind, int reason) {
            return new Order(name, etag, kind.rpc(), JournalRule.again(kind, name, reason));
        }
    }

    /**
     * What becomes of a token.
     *
     * @param record its record then; empty where it is so already
     * @param urgency whether a full store takes it too
     * @param with what else is compared or written
     * @param above what stands above it then
     */
    record Decision(Optional<TokenRecord.Builder> record, Commit.Urgency urgency, With with, Above above) {
        /** Nothing. */
        static Decision already(TokenFinder.Found found) {
            return new Decision(Optional.empty(), Commit.Urgency.GROWS, With.TENANT, found.above());
        }

        /** It is allowed less. */
        static Decision narrows(TokenFinder.Found found, TokenRecord.Builder record) {
            return new Decision(Optional.of(record), Commit.Urgency.NARROWS, With.TENANT, found.above());
        }
    }

    /**
     * What a commit holds besides the token.
     *
     * @param owner whether what is decided depends on the owner too
     * @param records other records
     * @param names names that are taken or given back
     * @param listings entries of lists
     * @param mark what is kept of the call's request_id
     */
    record With(
            boolean owner,
            List<RecordChange> records,
            List<NameClaim> names,
            List<Listing> listings,
            Optional<NewMark> mark) {
        /** What depends on nothing but the token and its tenant. */
        static final With TENANT = new With(false, List.of(), List.of(), List.of());
        /** What depends on the owner too. */
        static final With OWNER = new With(true, List.of(), List.of(), List.of());

        /** Nothing is kept of a request_id. */
        With(boolean owner, List<RecordChange> records, List<NameClaim> names, List<Listing> listings) {
            this(owner, records, names, listings, Optional.empty());
        }
    }

    /**
     * Carries an order out.
     *
     * @param decision what becomes of the token; empty where another writer came between
     * @return the token as it is then
     */
    Written<Token> run(Order order, Caller caller, Function<TokenFinder.Found, Optional<Decision>> decision) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> name = ResourceNames.token(checks, "name", order.name());
        checks.finish();
        return Attempts.run(
                () -> attempt(order, name.orElseThrow(), caller, decision), ResourceType.TOKEN, order.name());
    }

    private Optional<Written<Token>> attempt(
            Order order, TokenName name, Caller caller, Function<TokenFinder.Found, Optional<Decision>> decision) {
        TokenFinder.Found found = tokens.find(name);
        caller.requireOwn(found.token().payload(), order.kind());
        Etags.check(order.etag(), found.token().stored(), ResourceType.TOKEN, order.name());
        Optional<Decision> decided = decision.apply(found);
        if (decided.isEmpty()) {
            return Optional.empty();
        }
        KnownAge age = KnownAge.of(found.above().tenant().payload());
        if (decided.get().record().isEmpty()) {
            Times times = order.validateOnly()
                    ? Times.NOTHING_WRITTEN
                    : order.journal()
                            .apply(found.token().payload())
                            .known(effects, found.token().stored(), age);
            Token token = TokenMessages.token(found.above(), found.token(), writes.timestamp());
            return Optional.of(new Written<>(token, times));
        }
        return write(order, caller, found, decided.get());
    }

    private Optional<Written<Token>> write(Order order, Caller caller, TokenFinder.Found found, Decision decision) {
        Timestamp now = writes.timestamp();
        TokenRecord after = decision.record().orElseThrow().setUpdateTime(now).build();
        bounds.requireWithin(caller, found.above().tenant(), found.token().payload(), after);
        requireAnother(order, caller, found.token().payload(), after);
        Shadows.require(caller, found.above().tenant(), found.token().payload(), after);
        if (order.validateOnly()) {
            Entry<TokenRecord> would = new Entry<>(found.token().stored(), after);
            return Optional.of(new Written<>(TokenMessages.token(decision.above(), would, now), Times.NOTHING_WRITTEN));
        }
        return commit(order, caller, found, decision, after);
    }

    private Optional<Written<Token>> commit(
            Order order, Caller caller, TokenFinder.Found found, Decision decision, TokenRecord after) {
        Timestamp now = after.getUpdateTime();
        String tenant = found.above().tenant().payload().getId();
        EventDraft event = new EventDraft(
                caller,
                order.requestId(),
                order.kind(),
                FieldDiff.between(
                        TokenMessages.contents(tenant, found.token().payload(), now)
                                .build(),
                        TokenMessages.contents(tenant, after, now).build()));
        RecordWrites.Write write = writes.next(found.token().stored(), after, event);
        List<RecordChange> records = new ArrayList<>(
                decision.with().owner()
                        ? decision.above().unchanged()
                        : List.of(RecordChange.unchanged(found.above().tenant().stored())));
        records.add(write.change());
        records.addAll(decision.with().records());
        Commit commit = new Commit(
                found.above().tenant().stored().key().slot(),
                decision.urgency(),
                records,
                decision.with().names(),
                listings(found, decision, after),
                List.of(write.event()),
                decision.with().mark());
        KnownAge age = KnownAge.of(found.above().tenant().payload());
        return effects.commit(commit, order.journal().apply(after).effect(write, age))
                .written(TokenMessages.token(decision.above(), new Entry<>(write.record(), after), now));
    }

    /** Who stole a secret must not have the next ones sent to a key of their own. */
    private static void requireAnother(Order order, Caller caller, TokenRecord before, TokenRecord after) {
        boolean itself = caller.token().isPresent() && caller.principal().equals(order.name());
        if (itself && !after.getDeliveryJwk().equals(before.getDeliveryJwk())) {
            throw new AdminException(new NotPermitted(order.kind()));
        }
    }

    private static List<Listing> listings(TokenFinder.Found found, Decision decision, TokenRecord after) {
        List<Listing> listings = new ArrayList<>(decision.with().listings());
        listings.addAll(RotationSchedule.listings(
                found.above().tenant(), Optional.of(found.token().payload()), after));
        return listings;
    }

    /** Throws where a token was deleted. */
    static void requireNotDeleted(TokenFinder.Found found, String name) {
        if (found.token().payload().getState() == TokenRecord.State.DELETED) {
            throw new AdminException(new WrongState(ErrorReason.TOKEN_DELETED, name, "was deleted"));
        }
    }

    /** Throws where a token was revoked, by itself or with others. */
    static void requireNotRevoked(TokenFinder.Found found, String name) {
        if (found.above().hasRevoked(found.token().payload())) {
            throw new AdminException(new WrongState(ErrorReason.TOKEN_REVOKED, name, "was revoked, which is final"));
        }
    }

    /** Throws where nothing of a token may be changed. */
    static void requireMutable(TokenFinder.Found found, String name) {
        if (found.token().payload().getImmutable()) {
            throw new AdminException(new WrongState(ErrorReason.TOKEN_IMMUTABLE, name, "is immutable"));
        }
        if (found.above().tenant().payload().getImmutable()) {
            throw new AdminException(
                    new WrongState(ErrorReason.TOKEN_IMMUTABLE, name, "is immutable, as all tokens of its tenant are"));
        }
    }
}
