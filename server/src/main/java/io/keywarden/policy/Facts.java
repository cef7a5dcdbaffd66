package io.keywarden.policy;

import io.keywarden.token.IpAddress;
import io.keywarden.token.Owner;
import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import java.time.Instant;
import java.util.Optional;

/**
 * All that a decision is made from.
 *
 * @param credential what came of the credential
 * @param proven what is known of its token; there exactly where the secret is one of the token's
 * @param requestTenant whom the request is for, as its route, its host and its peer say; empty where they say nobody, or
 *     disagree
 * @param request what else is known of the request
 * @param now the moment of the decision
 */
public record Facts(
        CredentialOutcome credential,
        Optional<Proven> proven,
        Optional<Tenant> requestTenant,
        Request request,
        Instant now) {
    /** Rejects a proof without a token, and a token without a proof. */
    public Facts {
        boolean isProven = credential == CredentialOutcome.LIVE || credential == CredentialOutcome.ENDED;
        if (isProven != proven.isPresent()) {
            throw new IllegalArgumentException(credential + (isProven ? " without" : " with") + " a proven token");
        }
    }

    /** The facts of a request whose credential proves nothing. */
    public static Facts unproven(
            CredentialOutcome credential, Optional<Tenant> requestTenant, Access access, Instant now) {
        return new Facts(credential, Optional.empty(), requestTenant, Request.of(access, new Need.Unknown()), now);
    }

    /**
     * What a request is like, apart from its credential.
     *
     * @param access whether it needs a credential
     * @param need what it needs besides
     * @param client the client of the tenant that it is for; empty where nothing says so
     * @param address where it comes from; empty where that is not known
     * @param country in which country that is, ISO 3166-1 alpha-2; empty where that is not known
     */
    public record Request(
            Access access, Need need, Optional<String> client, Optional<IpAddress> address, Optional<String> country) {
        /** A request of which nothing else is known. */
        public static Request of(Access access, Need need) {
            return new Request(access, need, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /**
     * A token whose secret was presented.
     *
     * @param token the token
     * @param secretNumber which of its secrets
     * @param tenant its tenant; empty where that is not there
     * @param owner its owner; empty where it has none, or they are not there
     */
    public record Proven(Token token, int secretNumber, Optional<Tenant> tenant, Optional<Owner> owner) {
        /** Rejects the tenant and the owner of another token. */
        public Proven {
            if (tenant.isPresent() && !tenant.get().uid().equals(token.tenantUid())) {
                throw new IllegalArgumentException(
                        "tenant " + tenant.get().uid() + " (expected: the one of token " + token.id() + ")");
            }
            if (owner.isPresent() && !isOwner(owner.get(), token)) {
                throw new IllegalArgumentException(
                        "owner " + owner.get().uid() + " (expected: the one of token " + token.id() + ")");
            }
        }

        private static boolean isOwner(Owner owner, Token token) {
            return token.rules().owner().isPresent()
                    && token.rules().owner().get().uid().equals(owner.uid())
                    && owner.tenantUid().equals(token.tenantUid());
        }
    }
}
