package io.keywarden.token;

/** One of the four things that can be done with what a module holds. */
public enum Action {
    /** Look at it. */
    READ,
    /** Make a new one. */
    CREATE,
    /** Change it. */
    EDIT,
    /** Remove it. */
    DELETE
}
