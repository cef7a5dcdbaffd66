package io.keywarden.redis;

import java.util.EnumSet;
import java.util.Set;

/**
 * What keeps the near cache coherent. A deployment always has all of it; a test can leave out one rule to show that it is
 * needed, and that the tests see it missing.
 *
 * @param kept the rules that hold
 * @param proof how a heartbeat proves that a server is still the master
 */
record CoherenceRules(Set<Rule> kept, HeartbeatProof.Choice proof) {
    /** What holds in every deployment. */
    static final CoherenceRules ALL = new CoherenceRules(EnumSet.allOf(Rule.class), HeartbeatProof.Choice.BY_TOPOLOGY);

    /** One that can be left out. */
    enum Rule {
        /** Every connection has tracking armed before anything is read on it. */
        ARM_TRACKING,
        /** A canary is pushed before a generation begins, and each heartbeat asks whether tracking is as it should be. */
        CHECK_TRACKING,
        /** A push that names no key makes the generation forget everything. */
        NULL_PUSH_CLEARS,
        /** At most one heartbeat waits for its answer. */
        ONE_HEARTBEAT,
        /** A lease counts from the sending of a heartbeat, not from its answer. */
        LEASE_FROM_SENDING,
        /** A heartbeat without an answer for a lease ends the generation. */
        SILENCE_ENDS,
        /** The topology is read again and again, and another one ends all generations. */
        FOLLOW_TOPOLOGY
    }

    CoherenceRules {
        kept = Set.copyOf(kept);
    }

    boolean keep(Rule rule) {
        return kept.contains(rule);
    }

    CoherenceRules without(Rule rule) {
        EnumSet<Rule> rest = EnumSet.allOf(Rule.class);
        rest.retainAll(kept);
        rest.remove(rule);
        return new CoherenceRules(rest, proof);
    }

    CoherenceRules with(HeartbeatProof.Choice other) {
        return new CoherenceRules(kept, other);
    }
}
