package io.keywarden.admin;

/** Is told what {@link Upkeep} did, on its thread. */
public interface UpkeepObserver {
    /** Tells nobody. */
    UpkeepObserver NONE = new UpkeepObserver() {};

    /** A deleted token was purged. */
    default void purged() {}

    /** It was noted that a token ends soon. */
    default void noticed() {}

    /** Something was taken off a key that is not active any more: signed or sealed again, or a name was moved. */
    default void moved() {}

    /** A round is over. In it, so many tokens that work were found to end within the largest of their tenant's days. */
    default void expiring(int tokens) {}
}
