package io.keywarden.admin;

import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.DisableTokenResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/** Stops a token until it is enabled. */
final class DisableToken {
    private final TokenChange change;

    DisableToken(TokenChange change) {
        this.change = change;
    }

    DisableTokenResponse run(DisableTokenRequest request, Caller caller) {
        TokenChange.Order order =
                new TokenChange.Order(request.getName(), request.getEtag(), "DisableToken", Commit.Urgency.NARROWS);
        return DisableTokenResponse.newBuilder()
                .setToken(change.run(order, caller, token -> decide(token, request.getName())))
                .build();
    }

    private static Optional<TokenRecord.Builder> decide(TokenRecord token, String name) {
        TokenChange.requireNotDeleted(token, name);
        TokenChange.requireNotRevoked(token, name);
        return token.getState() == TokenRecord.State.DISABLED
                ? Optional.empty()
                : Optional.of(token.toBuilder().setState(TokenRecord.State.DISABLED));
    }
}
