package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.GetTokenResponse;
import java.util.Optional;

/** Reads one token, and what it may do where that is asked for. */
final class GetToken {
    private final TokenFinder tokens;
    private final TokenRights rights;
    private final RecordWrites writes;

    GetToken(TokenFinder tokens, TokenRights rights, RecordWrites writes) {
        this.tokens = tokens;
        this.rights = rights;
        this.writes = writes;
    }

    GetTokenResponse run(GetTokenRequest request) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> name = ResourceNames.token(checks, "name", request.getName());
        checks.require(request.getView() != GetTokenRequest.View.UNRECOGNIZED, "view", "BASIC or FULL");
        checks.finish();
        TokenFinder.Found found = tokens.find(name.orElseThrow());
        GetTokenResponse.Builder response = GetTokenResponse.newBuilder()
                .setToken(TokenMessages.token(found.above(), found.token(), writes.timestamp()));
        if (request.getView() == GetTokenRequest.View.FULL) {
            response.addAllModules(rights.of(found.above(), found.token().payload()));
        }
        return response.build();
    }
}
