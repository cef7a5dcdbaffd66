package io.keywarden.store;

import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Writes to one slot in one step. */
public interface RecordWriter {
    /**
     * Makes all of a commit's writes if all that it expects is so, and none of them otherwise. Never blocks, never
     * completes exceptionally, and completes within {@code limit}.
     */
    CompletionStage<Outcome> commit(Commit commit, Duration limit);

    /**
     * Finds out whether what a slot holds by now outlives the loss of one server, by a write that changes nothing. Never
     * blocks, never completes exceptionally, and completes within {@code limit}.
     *
     * @param atLeast how many replicas have to confirm, if that is more than those that were asked for
     */
    CompletionStage<Durability> confirm(SlotTag slot, int atLeast, Duration limit);

    /** Whether a write outlives the loss of one server. */
    enum Durability {
        /** The replicas that were asked for have it, or it was synchronized to the disk before the answer. */
        CONFIRMED,
        /** Nothing says so. */
        UNCONFIRMED
    }

    /** What came of it. */
    sealed interface Outcome {
        /**
         * All was written.
         *
         * @param durability whether it will still be there after one server is lost
         */
        record Committed(Durability durability) implements Outcome {}

        /**
         * Something was not as expected: nothing was written.
         *
         * @param what which expectation
         */
        record Conflict(Commit.Expected what) implements Outcome {}

        /**
         * The store refused or could not be reached: nothing was written.
         *
         * @param detail what happened, for the log
         */
        record Refused(String detail) implements Outcome {}

        /**
         * No answer came: it may have been written, or not, or may still be.
         *
         * @param detail what happened, for the log
         */
        record Unknown(String detail) implements Outcome {}
    }
}
