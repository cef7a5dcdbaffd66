package io.keywarden.admin;

import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.DisableTokenResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/** Stops a token until it is enabled. */
final class DisableToken {
    private final TokenChange change;

    DisableToken(TokenChange change) {
        this.change = change;
    }

    Held<DisableTokenResponse> run(DisableTokenRequest request, Caller caller) {
        TokenChange.Order order =
                TokenChange.Order.narrowing(request.getName(), request.getEtag(), Narrowing.DISABLE_TOKEN, 0);
        Written<Token> written = change.run(order, caller, found -> Optional.of(decide(found, request.getName())));
        DisableTokenResponse.Builder response = DisableTokenResponse.newBuilder()
                .setToken(written.value())
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    private static TokenChange.Decision decide(TokenFinder.Found found, String name) {
        TokenChange.requireNotDeleted(found, name);
        TokenChange.requireNotRevoked(found, name);
        TokenRecord token = found.token().payload();
        return token.getState() == TokenRecord.State.DISABLED
                ? TokenChange.Decision.already(found)
                : TokenChange.Decision.narrows(found, token.toBuilder().setState(TokenRecord.State.DISABLED));
    }
}
