package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.WrongState;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Changes a token's record, on the ground of what the token and its tenant are at that moment. */
final class TokenChange {
    private final Effects effects;
    private final TokenFinder tokens;
    private final RecordWrites writes;

    TokenChange(Effects effects, TokenFinder tokens, RecordWrites writes) {
        this.effects = effects;
        this.tokens = tokens;
        this.writes = writes;
    }

    /**
     * What is asked for.
     *
     * @param name the token's resource name
     * @param etag what the token must be like; empty text where that does not matter
     * @param kind the RPC's name
     * @param again what does it again, where it takes a right away, which a full store takes too; empty where it does not
     */
    record Order(String name, String etag, String kind, Optional<Journal.Command> again) {
        /** Something that takes a right away. */
        static Order narrowing(String name, String etag, Narrowing kind, int reason) {
            return new Order(name, etag, kind.rpc(), Optional.of(new Journal.Command(kind, name, reason)));
        }
    }

    /**
     * Carries an order out.
     *
     * @param decision what becomes of the record; empty where it is so already
     * @return the token as it is then
     */
    Written<Token> run(Order order, Caller caller, Function<TokenRecord, Optional<TokenRecord.Builder>> decision) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> name = ResourceNames.token(checks, "name", order.name());
        checks.finish();
        return Attempts.run(
                () -> attempt(order, name.orElseThrow(), caller, decision), ResourceType.TOKEN, order.name());
    }

    private Optional<Written<Token>> attempt(
            Order order, TokenName name, Caller caller, Function<TokenRecord, Optional<TokenRecord.Builder>> decision) {
        TokenFinder.Found found = tokens.find(name);
        Etags.check(order.etag(), found.token().stored(), ResourceType.TOKEN, order.name());
        Timestamp now = writes.timestamp();
        Token before = TokenMessages.token(found.tenant().payload(), found.token(), now);
        Optional<TokenRecord.Builder> decided = decision.apply(found.token().payload());
        KnownAge age = KnownAge.of(found.tenant().payload());
        if (decided.isEmpty()) {
            StoredRecord stored = found.token().stored();
            return Optional.of(new Written<>(before, effects.known(stored, age, order.again())));
        }
        TokenRecord after = decided.get().setUpdateTime(now).build();
        EventDraft event = new EventDraft(
                caller,
                "",
                order.kind(),
                FieldDiff.between(before, TokenMessages.contents(found.tenant().payload(), after, now)));
        RecordWrites.Write write = writes.next(found.token().stored(), after, event);
        Commit commit = new Commit(
                found.tenant().stored().key().slot(),
                order.again().isPresent() ? Commit.Urgency.NARROWS : Commit.Urgency.GROWS,
                List.of(RecordChange.unchanged(found.tenant().stored()), write.change()),
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
        return effects.commit(commit, new Effects.Effect(write.record(), write, age, order.again()))
                .written(TokenMessages.token(found.tenant().payload(), new Entry<>(write.record(), after), now));
    }

    /** Throws where a token was deleted. */
    static void requireNotDeleted(TokenRecord token, String name) {
        if (token.getState() == TokenRecord.State.DELETED) {
            throw new AdminException(new WrongState(ErrorReason.TOKEN_DELETED, name, "was deleted"));
        }
    }

    /** Throws where a token was revoked. */
    static void requireNotRevoked(TokenRecord token, String name) {
        if (token.getState() == TokenRecord.State.REVOKED) {
            throw new AdminException(new WrongState(ErrorReason.TOKEN_REVOKED, name, "was revoked, which is final"));
        }
    }
}
