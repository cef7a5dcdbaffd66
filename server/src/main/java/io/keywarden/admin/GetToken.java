package io.keywarden.admin;

import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.GetTokenResponse;
import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.SecretUse;
import java.util.Optional;

/** Reads one token, when its secrets were used last, and what it may do where that is asked for. */
final class GetToken {
    private final TokenFinder tokens;
    private final TokenRights rights;
    private final AdminStore store;
    private final RecordWrites writes;

    GetToken(TokenFinder tokens, TokenRights rights, AdminStore store, RecordWrites writes) {
        this.tokens = tokens;
        this.rights = rights;
        this.store = store;
        this.writes = writes;
    }

    GetTokenResponse run(GetTokenRequest request) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> name = ResourceNames.token(checks, "name", request.getName());
        checks.require(request.getView() != GetTokenRequest.View.UNRECOGNIZED, "view", "BASIC or FULL");
        checks.finish();
        TokenFinder.Found found = tokens.find(name.orElseThrow());
        GetTokenResponse.Builder response = GetTokenResponse.newBuilder()
                .setToken(used(
                        TokenMessages.token(found.above(), found.token(), writes.timestamp()), name.orElseThrow()));
        if (request.getView() == GetTokenRequest.View.FULL) {
            response.addAllModules(rights.of(found.above(), found.token().payload()));
        }
        return response.build();
    }

    private Token used(Token token, TokenName name) {
        Token.Builder used = token.toBuilder();
        for (Secret.Builder secret : used.getSecretsBuilderList()) {
            store.uses(new SecretUse.Of(name.id(), secret.getNumber())).stream()
                    .map(use -> RecordWrites.timestamp(use.time()))
                    .findFirst()
                    .ifPresent(secret::setLastUsedTime);
        }
        used.getSecretsList().stream()
                .filter(Secret::hasLastUsedTime)
                .map(Secret::getLastUsedTime)
                .max(Timestamps.comparator())
                .ifPresent(used::setLastUsedTime);
        return used.build();
    }
}
