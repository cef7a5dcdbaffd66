package io.keywarden.token;

import java.util.List;

/**
 * A token as the decision sees it.
 *
 * @param id its public id
 * @param uid its identity, which its digests are bound to
 * @param tenantUid the tenant that it belongs to
 * @param state what someone decided
 * @param times when it works
 * @param rules what else holds for it
 * @param grants what it may do
 * @param secrets the digests of its secrets, newest first: the live ones and the last ended ones
 */
public record Token(
        TokenId id,
        Uid uid,
        Uid tenantUid,
        TokenState state,
        TokenTimes times,
        TokenRules rules,
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
