package io.keywarden.admin;

import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.EnableTokenResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/** Lets a disabled token work again. */
final class EnableToken {
    private final TokenChange change;
    private final CreateToken.Rights rights;

    EnableToken(TokenChange change, CreateToken.Rights rights) {
        this.change = change;
        this.rights = rights;
    }

    Held<EnableTokenResponse> run(EnableTokenRequest request, Caller caller) {
        TokenChange.Order order =
                new TokenChange.Order(request.getName(), request.getEtag(), "EnableToken", JournalRule.GIVES_BACK);
        Written<Token> written = change.run(order, caller, found -> decide(found, request.getName(), caller));
        EnableTokenResponse.Builder response = EnableTokenResponse.newBuilder()
                .setToken(written.value())
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(!request.hasWait() || request.getWait()));
    }

    /** Empty where another writer changes the catalog at this moment. */
    private Optional<TokenChange.Decision> decide(TokenFinder.Found found, String name, Caller caller) {
        TokenChange.requireNotDeleted(found, name);
        TokenChange.requireNotRevoked(found, name);
        TokenRecord token = found.token().payload();
        if (token.getState() == TokenRecord.State.ACTIVE) {
            return Optional.of(TokenChange.Decision.already(found));
        }
        rights.bounds().requireWithin(caller, found.above().tenant(), token);
        return rights.owners().requireWithin(found.above(), token.getGrantsList())
                ? Optional.of(new TokenChange.Decision(
                        Optional.of(token.toBuilder().setState(TokenRecord.State.ACTIVE)),
                        Commit.Urgency.GROWS,
                        TokenChange.With.OWNER,
                        found.above()))
                : Optional.empty();
    }
}
