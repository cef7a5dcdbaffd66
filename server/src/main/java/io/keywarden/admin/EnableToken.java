package io.keywarden.admin;

import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.EnableTokenResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/** Lets a disabled token work again. */
final class EnableToken {
    private final TokenChange change;

    EnableToken(TokenChange change) {
        this.change = change;
    }

    Held<EnableTokenResponse> run(EnableTokenRequest request, Caller caller) {
        TokenChange.Order order =
                new TokenChange.Order(request.getName(), request.getEtag(), "EnableToken", Optional.empty());
        Written<Token> written = change.run(order, caller, token -> decide(token, request.getName()));
        EnableTokenResponse.Builder response = EnableTokenResponse.newBuilder()
                .setToken(written.value())
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(!request.hasWait() || request.getWait()));
    }

    private static Optional<TokenRecord.Builder> decide(TokenRecord token, String name) {
        TokenChange.requireNotDeleted(token, name);
        TokenChange.requireNotRevoked(token, name);
        return token.getState() == TokenRecord.State.ACTIVE
                ? Optional.empty()
                : Optional.of(token.toBuilder().setState(TokenRecord.State.ACTIVE));
    }
}
