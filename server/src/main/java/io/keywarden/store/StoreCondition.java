package io.keywarden.store;

import java.util.List;
import java.util.Optional;

/** Says what is known of the servers behind the store. Safe for use by several threads; never blocks. */
public interface StoreCondition {
    /** What was found when they were last looked at; empty while they are away. */
    Optional<Condition> now();

    /**
     * What was found.
     *
     * @param epoch changes whenever a write that was confirmed could have been lost: another run of a server, another
     *     master, another topology
     * @param standalone whether it is a single Redis, which nothing takes over from: then a write that is not confirmed
     *     holds all the same, as long as it survives
     * @param appendOnly whether every master keeps an append-only file
     * @param weaknesses what the deployment's settings cannot guarantee of the bound on revocation, for people, one
     *     sentence each; empty where it is guaranteed
     */
    record Condition(String epoch, boolean standalone, boolean appendOnly, List<String> weaknesses) {
        /** Copies the list. */
        public Condition {
            weaknesses = List.copyOf(weaknesses);
        }
    }
}
