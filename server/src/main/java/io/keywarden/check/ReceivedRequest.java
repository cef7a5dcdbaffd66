package io.keywarden.check;

/** A well-formed CheckRequest, as it came. */
@FunctionalInterface
interface ReceivedRequest {
    /** What a decision needs to know of it. */
    CheckedRequest read();
}
