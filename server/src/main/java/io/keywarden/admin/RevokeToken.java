package io.keywarden.admin;

import io.keywarden.admin.v1.RevokeReason;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RevokeTokenResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/** Ends a token for good. */
final class RevokeToken {
    private final TokenChange change;

    RevokeToken(TokenChange change) {
        this.change = change;
    }

    Held<RevokeTokenResponse> run(RevokeTokenRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        checks.require(request.getReason() != RevokeReason.UNRECOGNIZED, "reason", "a known reason, or none");
        checks.finish();
        TokenChange.Order order = TokenChange.Order.narrowing(
                request.getName(), request.getEtag(), Narrowing.REVOKE_TOKEN, request.getReasonValue());
        Written<Token> written = change.run(order, caller, found -> Optional.of(decide(found, request)));
        RevokeTokenResponse.Builder response = RevokeTokenResponse.newBuilder()
                .setToken(written.value())
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    private static TokenChange.Decision decide(TokenFinder.Found found, RevokeTokenRequest request) {
        TokenChange.requireNotDeleted(found, request.getName());
        TokenRecord token = found.token().payload();
        return token.getState() == TokenRecord.State.REVOKED
                ? TokenChange.Decision.already(found)
                : TokenChange.Decision.narrows(
                        found,
                        TokenSecrets.untold(token.toBuilder())
                                .setState(TokenRecord.State.REVOKED)
                                .setRevokeReason(request.getReasonValue()));
    }
}
