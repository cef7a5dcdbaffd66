package io.keywarden.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Keeps when secrets were used last. Nothing of it decides anything. Never blocks, never completes exceptionally. */
@FunctionalInterface
public interface UseWriter {
    /** How many addresses are kept of a secret: the newest. */
    int MOST_ADDRESSES = 20;
    /** How long a use is kept. */
    Duration KEPT = Duration.ofDays(400);

    /**
     * Keeps uses of one secret. An older time than the one that is kept of an address changes nothing, so that it does not matter
     * who writes first, or twice.
     *
     * @param uses at least one
     * @return whether it is kept for sure
     */
    CompletionStage<Boolean> use(SecretUse.Of of, List<SecretUse> uses, Duration limit);
}
