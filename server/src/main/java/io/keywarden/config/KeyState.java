package io.keywarden.config;

/** Where a version of a key is in its life. A new one takes these steps one after the other, on every replica each. */
public enum KeyState {
    /** It is known everywhere, and checks; nothing is made with it: it is not active yet, or no longer. */
    DISTRIBUTED,
    /** It makes, and checks. One version of each key is. */
    ACTIVE,
    /** It is not used at all; it stands here only as a record of what was. */
    RETIRED
}
