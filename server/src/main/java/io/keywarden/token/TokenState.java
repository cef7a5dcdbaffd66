package io.keywarden.token;

/** What someone decided about a token. */
public enum TokenState {
    /** It works, if nothing else blocks it. */
    ACTIVE,
    /** Not until somebody enables it. */
    DISABLED,
    /** Never again. */
    REVOKED,
    /** Gone; a tombstone remains. */
    DELETED
}
