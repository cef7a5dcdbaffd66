package io.keywarden.policy;

/** Whether a request needs a credential at all, as its route says. */
public enum Access {
    /** It does, and one with the rights that the request needs. */
    REQUIRED,
    /** It may come without one. With one, that has to be valid for this tenant, client and place; rights are not asked for. */
    OPTIONAL,
    /** It does not, and nobody looks for one. */
    PUBLIC
}
