package io.keywarden.credential;

import io.keywarden.token.SecretDigest;
import java.time.Instant;

/**
 * What comparing a presented secret with a token's came to.
 *
 * @param kind the outcome
 * @param secretNumber which of the token's secrets it is; 0 where it is none
 */
public record Proof(Kind kind, int secretNumber) {
    /** It is none of the token's secrets. */
    public static final Proof WRONG = new Proof(Kind.WRONG, 0);
    /** It cannot be told: a secret of the token is under a pepper that is not here. */
    public static final Proof UNKNOWN_PEPPER = new Proof(Kind.UNKNOWN_PEPPER, 0);

    /** The outcomes. */
    public enum Kind {
        /** It is a live secret of the token. */
        PROVEN,
        /** It was a secret of the token, and was replaced. */
        ENDED,
        /** It is none of the token's secrets. */
        WRONG,
        /** It cannot be told. */
        UNKNOWN_PEPPER
    }

    static Proof of(SecretDigest digest, Instant now) {
        boolean live = digest.endTime().map(now::isBefore).orElse(true);
        return new Proof(live ? Kind.PROVEN : Kind.ENDED, digest.number());
    }
}
