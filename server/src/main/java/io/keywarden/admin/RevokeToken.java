package io.keywarden.admin;

import io.keywarden.admin.v1.RevokeReason;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RevokeTokenResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/** Ends a token for good. */
final class RevokeToken {
    private final TokenChange change;

    RevokeToken(TokenChange change) {
        this.change = change;
    }

    RevokeTokenResponse run(RevokeTokenRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        checks.require(request.getReason() != RevokeReason.UNRECOGNIZED, "reason", "a known reason, or none");
        checks.finish();
        TokenChange.Order order =
                new TokenChange.Order(request.getName(), request.getEtag(), "RevokeToken", Commit.Urgency.NARROWS);
        return RevokeTokenResponse.newBuilder()
                .setToken(change.run(order, caller, token -> decide(token, request)))
                .build();
    }

    private static Optional<TokenRecord.Builder> decide(TokenRecord token, RevokeTokenRequest request) {
        TokenChange.requireNotDeleted(token, request.getName());
        return token.getState() == TokenRecord.State.REVOKED
                ? Optional.empty()
                : Optional.of(token.toBuilder()
                        .setState(TokenRecord.State.REVOKED)
                        .setRevokeReason(request.getReasonValue()));
    }
}
