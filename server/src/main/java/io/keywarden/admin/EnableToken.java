package io.keywarden.admin;

import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.EnableTokenResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/** Lets a disabled token work again. */
final class EnableToken {
    private final TokenChange change;

    EnableToken(TokenChange change) {
        this.change = change;
    }

    EnableTokenResponse run(EnableTokenRequest request, Caller caller) {
        TokenChange.Order order =
                new TokenChange.Order(request.getName(), request.getEtag(), "EnableToken", Commit.Urgency.GROWS);
        return EnableTokenResponse.newBuilder()
                .setToken(change.run(order, caller, token -> decide(token, request.getName())))
                .build();
    }

    private static Optional<TokenRecord.Builder> decide(TokenRecord token, String name) {
        TokenChange.requireNotDeleted(token, name);
        TokenChange.requireNotRevoked(token, name);
        return token.getState() == TokenRecord.State.ACTIVE
                ? Optional.empty()
                : Optional.of(token.toBuilder().setState(TokenRecord.State.ACTIVE));
    }
}
