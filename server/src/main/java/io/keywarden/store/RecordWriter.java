package io.keywarden.store;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Writes to one slot in one step. */
public interface RecordWriter {
    /**
     * Makes all of a commit's writes if all that it expects is so, and none of them otherwise. Never blocks, never
     * completes exceptionally, and completes within {@code limit}.
     */
    CompletionStage<Outcome> commit(Commit commit, Duration limit);

    /** What came of it. */
    sealed interface Outcome {
        /** All was written. */
        record Committed() implements Outcome {}

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
