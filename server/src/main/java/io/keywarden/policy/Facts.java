package io.keywarden.policy;

import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import io.keywarden.token.Uid;
import java.time.Instant;
import java.util.Optional;

/**
 * All that a decision is made from.
 *
 * @param credential what came of the credential
 * @param proven what is known of its token; there exactly where the secret is one of the token's
 * @param requestTenant whose the request's host is; empty where it is nobody's
 * @param need what the request needs
 * @param now the moment of the decision
 */
public record Facts(
        CredentialOutcome credential, Optional<Proven> proven, Optional<Uid> requestTenant, Need need, Instant now) {
    /** Rejects a proof without a token, and a token without a proof. */
    public Facts {
        boolean isProven = credential == CredentialOutcome.LIVE || credential == CredentialOutcome.ENDED;
        if (isProven != proven.isPresent()) {
            throw new IllegalArgumentException(credential + (isProven ? " without" : " with") + " a proven token");
        }
    }

    /** The facts of a request whose credential proves nothing. */
    public static Facts unproven(CredentialOutcome credential, Instant now) {
        return new Facts(credential, Optional.empty(), Optional.empty(), new Need.Unknown(), now);
    }

    /**
     * A token whose secret was presented.
     *
     * @param token the token
     * @param secretNumber which of its secrets
     * @param tenant its tenant; empty where that is not there
     */
    public record Proven(Token token, int secretNumber, Optional<Tenant> tenant) {
        /** Rejects the tenant of another token. */
        public Proven {
            if (tenant.filter(other -> !other.uid().equals(token.tenantUid())).isPresent()) {
                throw new IllegalArgumentException(
                        "tenant " + tenant.get().uid() + " (expected: the one of token " + token.id() + ")");
            }
        }
    }
}
