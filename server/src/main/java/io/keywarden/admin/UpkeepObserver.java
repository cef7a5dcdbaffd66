package io.keywarden.admin;

/** Is told what {@link Upkeep} did, on its thread. */
public interface UpkeepObserver {
    /** Tells nobody. */
    UpkeepObserver NONE = () -> {};

    /** A deleted token was purged. */
    void purged();
}
