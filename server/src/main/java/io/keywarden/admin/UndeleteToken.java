package io.keywarden.admin;

import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.AdminFailure.WrongState;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UndeleteTokenRequest;
import io.keywarden.admin.v1.UndeleteTokenResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/** Brings a deleted token back: disabled, so that it is another decision to let it work again, or revoked where it was. */
final class UndeleteToken {
    private final TokenChange change;
    private final CreateToken.Rights rights;
    private final RecordWrites writes;

    UndeleteToken(TokenChange change, CreateToken.Rights rights, RecordWrites writes) {
        this.change = change;
        this.rights = rights;
        this.writes = writes;
    }

    Held<UndeleteTokenResponse> run(UndeleteTokenRequest request, Caller caller) {
        String name = request.getName();
        TokenChange.Order order =
                new TokenChange.Order(name, request.getEtag(), "UndeleteToken", "", after -> journal(name, after));
        Written<Token> written = change.run(order, caller, found -> decide(found, name, caller));
        UndeleteTokenResponse.Builder response = UndeleteTokenResponse.newBuilder()
                .setToken(written.value())
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(!request.hasWait() || request.getWait()));
    }

    /**
     * The deletion is not done again; but what the token is now is. It may have been disabled or revoked before, and all of it
     * may be lost at once: then it must not work.
     */
    private static JournalRule journal(String name, TokenRecord after) {
        Narrowing kind =
                after.getState() == TokenRecord.State.REVOKED ? Narrowing.REVOKE_TOKEN : Narrowing.DISABLE_TOKEN;
        return new JournalRule(Optional.of(new Journal.Command(kind, name, after.getRevokeReason())), true);
    }

    /** Empty where another writer changes the catalog at this moment. */
    private Optional<TokenChange.Decision> decide(TokenFinder.Found found, String name, Caller caller) {
        TokenRecord token = found.token().payload();
        if (token.getState() != TokenRecord.State.DELETED) {
            throw new AdminException(new WrongState(ErrorReason.TOKEN_NOT_DELETED, name, "is not deleted"));
        }
        if (Timestamps.compare(token.getPurgeTime(), writes.timestamp()) <= 0) {
            throw new AdminException(new WrongState(
                    ErrorReason.TOKEN_DELETED,
                    name,
                    "was deleted too long ago: it could be brought back until its purge_time"));
        }
        rights.bounds().requireWithin(caller, found.above().tenant(), token);
        return rights.owners().requireWithin(found.above(), token.getGrantsList())
                ? Optional.of(new TokenChange.Decision(
                        Optional.of(back(token)), Commit.Urgency.GROWS, TokenChange.With.OWNER, found.above()))
                : Optional.empty();
    }

    /** What was revoked with others stays so by the counts of its tenant and its owner. */
    private static TokenRecord.Builder back(TokenRecord token) {
        return token.toBuilder()
                .setState(token.getRevoked() ? TokenRecord.State.REVOKED : TokenRecord.State.DISABLED)
                .clearRevoked()
                .clearPurgeTime();
    }
}
