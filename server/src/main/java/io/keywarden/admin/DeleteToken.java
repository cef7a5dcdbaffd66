package io.keywarden.admin;

import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DeleteTokenResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.v1.TokenRecord;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes a token out of use and out of lists. What remains tells a caller that still presents it, and lets {@link UndeleteToken}
 * bring it back.
 */
final class DeleteToken {
    /** How long what remains of a token is kept at least, and it can be brought back. */
    static final Duration KEPT = Duration.ofDays(30);

    private final TokenChange change;
    private final RecordWrites writes;

    DeleteToken(TokenChange change, RecordWrites writes) {
        this.change = change;
        this.writes = writes;
    }

    Held<DeleteTokenResponse> run(DeleteTokenRequest request, Caller caller) {
        TokenChange.Order order =
                TokenChange.Order.narrowing(request.getName(), request.getEtag(), Narrowing.DELETE_TOKEN, 0);
        Written<Token> written = change.run(order, caller, found -> Optional.of(decide(found)));
        DeleteTokenResponse.Builder response = DeleteTokenResponse.newBuilder()
                .setToken(written.value())
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    private TokenChange.Decision decide(TokenFinder.Found found) {
        TokenRecord token = found.token().payload();
        return token.getState() == TokenRecord.State.DELETED
                ? TokenChange.Decision.already(found)
                : TokenChange.Decision.narrows(
                        found,
                        token.toBuilder()
                                .setState(TokenRecord.State.DELETED)
                                .setRevoked(token.getState() == TokenRecord.State.REVOKED)
                                .setPurgeTime(
                                        RecordWrites.timestamp(writes.now().plus(KEPT))));
    }
}
