package io.keywarden.policy;

/** What came of looking for a credential and proving its secret. */
public enum CredentialOutcome {
    /** There is none. */
    MISSING,
    /** There is something that is not written as one. */
    MALFORMED,
    /** There is more than one. */
    DUPLICATE,
    /** Its token is unknown, or its secret is none of the token's. */
    WRONG,
    /** Its token has a secret that cannot be compared here. */
    UNKNOWN_PEPPER,
    /** It was a secret of its token, and was replaced. */
    ENDED,
    /** It is a live secret of its token. */
    LIVE
}
