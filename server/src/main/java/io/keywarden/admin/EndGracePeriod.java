package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.v1.EndGracePeriodRequest;
import io.keywarden.admin.v1.EndGracePeriodResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TokenRecord;
import java.util.List;
import java.util.Optional;

/** Ends the secrets of a token that a rotation replaced, before their time. */
final class EndGracePeriod {
    private final TokenChange change;
    private final TokenAliases aliases;
    private final RecordWrites writes;

    EndGracePeriod(TokenChange change, TokenAliases aliases, RecordWrites writes) {
        this.change = change;
        this.aliases = aliases;
        this.writes = writes;
    }

    Held<EndGracePeriodResponse> run(EndGracePeriodRequest request, Caller caller) {
        String name = request.getName();
        TokenChange.Order order = new TokenChange.Order(
                name,
                request.getEtag(),
                "EndGracePeriod",
                "",
                after -> journal(Narrowing.END_GRACE_PERIOD, name, after));
        Written<Token> written = change.run(order, caller, found -> Optional.of(decide(found, name)));
        EndGracePeriodResponse.Builder response = EndGracePeriodResponse.newBuilder()
                .setToken(written.value())
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    /** Does what ended secrets once more, after it was lost with a server of the store. */
    void again(Narrowing kind, String name, ByteString then, Caller caller) {
        TokenChange.Order order = new TokenChange.Order(name, "", kind.rpc(), "", after -> journal(kind, name, after));
        List<SecretDigest> secrets = TokenSecrets.of(then);
        change.run(order, caller, found -> {
            TokenChange.requireNotDeleted(found, name);
            TokenRecord token = found.token().payload();
            List<SecretDigest> after = TokenSecrets.again(token.getSecretsList(), secrets);
            return Optional.of(
                    after.equals(token.getSecretsList())
                            ? TokenChange.Decision.already(found)
                            : TokenChange.Decision.narrows(
                                    found, token.toBuilder().clearSecrets().addAllSecrets(after)));
        });
    }

    /** What the journal keeps of a write that ended secrets. */
    static JournalRule journal(Narrowing kind, String name, TokenRecord after) {
        return new JournalRule(
                Optional.of(new Journal.Command(kind, name, 0, TokenSecrets.bytes(after.getSecretsList()))), false);
    }

    private TokenChange.Decision decide(TokenFinder.Found found, String name) {
        TokenChange.requireNotDeleted(found, name);
        TokenRecord token = found.token().payload();
        boolean one = token.getSecretsList().stream()
                        .filter(secret -> TokenSecrets.isLive(secret, writes.timestamp()))
                        .count()
                <= 1;
        if (one) {
            return TokenChange.Decision.already(found);
        }
        TokenSecrets.Change ended = TokenSecrets.ended(token.getSecretsList(), writes.timestamp());
        return new TokenChange.Decision(
                Optional.of(token.toBuilder().clearSecrets().addAllSecrets(ended.kept())),
                Commit.Urgency.NARROWS,
                new TokenChange.With(
                        false, aliases.forget(found.above().tenant(), ended.dropped()), List.of(), List.of()),
                found.above());
    }
}
