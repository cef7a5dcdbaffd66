package io.keywarden.token;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A token as the decision sees it.
 *
 * @param id its public id
 * @param uid its identity, which its digests are bound to
 * @param tenantUid the tenant that it belongs to
 * @param state what someone decided
 * @param notBefore before this moment it does not work
 * @param expires from this moment on it does not work
 * @param grants what it may do
 * @param secrets the digests of its secrets, newest first: the live ones and the last ended ones
 */
public record Token(
        TokenId id,
        Uid uid,
        Uid tenantUid,
        TokenState state,
        Optional<Instant> notBefore,
        Optional<Instant> expires,
        List<Grant> grants,
        List<SecretDigest> secrets) {
    /** How many digests a token has at most, live and ended ones together. */
    public static final int MAX_SECRETS = 8;

    /** Copies the lists. */
    public Token {
        grants = List.copyOf(grants);
        secrets = List.copyOf(secrets);
    }
}
