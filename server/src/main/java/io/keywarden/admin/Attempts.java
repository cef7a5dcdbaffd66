package io.keywarden.admin;

import java.util.Optional;
import java.util.function.Supplier;

/** Repeats read, decide and write where another writer came between: a handful of times, then the caller is told. */
final class Attempts {
    private static final int MOST = 8;

    private Attempts() {}

    /**
     * Runs an attempt until it answers.
     *
     * @param attempt reads anew each time; empty where another writer came between
     * @param type of what kind the resource is
     * @param name the resource, for the message
     */
    static <T> T run(Supplier<Optional<T>> attempt, AdminFailure.ResourceType type, String name) {
        for (int i = 0; i < MOST; i++) {
            Optional<T> result = attempt.get();
            if (result.isPresent()) {
                return result.get();
            }
        }
        throw new AdminException(
                new AdminFailure.LostRace(type, name, "is being changed by other writers: repeat the call"));
    }
}
