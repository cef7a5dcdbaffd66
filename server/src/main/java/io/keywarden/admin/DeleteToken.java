package io.keywarden.admin;

import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DeleteTokenResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TokenRecord;
import java.time.Duration;
import java.util.Optional;

/** Takes a token out of use and out of lists. What remains tells a caller that still presents it. */
final class DeleteToken {
    /** How long what remains of a token is kept at least. */
    static final Duration KEPT = Duration.ofDays(30);

    private final TokenChange change;
    private final RecordWrites writes;

    DeleteToken(TokenChange change, RecordWrites writes) {
        this.change = change;
        this.writes = writes;
    }

    DeleteTokenResponse run(DeleteTokenRequest request, Caller caller) {
        TokenChange.Order order =
                new TokenChange.Order(request.getName(), request.getEtag(), "DeleteToken", Commit.Urgency.NARROWS);
        return DeleteTokenResponse.newBuilder()
                .setToken(change.run(order, caller, this::decide))
                .build();
    }

    private Optional<TokenRecord.Builder> decide(TokenRecord token) {
        return token.getState() == TokenRecord.State.DELETED
                ? Optional.empty()
                : Optional.of(token.toBuilder()
                        .setState(TokenRecord.State.DELETED)
                        .setPurgeTime(RecordWrites.timestamp(writes.now().plus(KEPT))));
    }
}
