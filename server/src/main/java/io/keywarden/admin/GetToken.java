package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.GetTokenResponse;
import java.util.Optional;

/** Reads one token. */
final class GetToken {
    private final TokenFinder tokens;
    private final RecordWrites writes;

    GetToken(TokenFinder tokens, RecordWrites writes) {
        this.tokens = tokens;
        this.writes = writes;
    }

    GetTokenResponse run(GetTokenRequest request) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> name = ResourceNames.token(checks, "name", request.getName());
        checks.finish();
        TokenFinder.Found found = tokens.find(name.orElseThrow());
        return GetTokenResponse.newBuilder()
                .setToken(TokenMessages.token(found.above(), found.token(), writes.timestamp()))
                .build();
    }
}
