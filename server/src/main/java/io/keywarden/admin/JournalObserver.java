package io.keywarden.admin;

/** Is told what became of the journal's writes that were lost, on the thread that looks for them. */
@FunctionalInterface
public interface JournalObserver {
    /** Tells nobody. */
    JournalObserver NONE = outcome -> {};

    /** What became of a write that was lost. */
    enum Outcome {
        /** It was made again. */
        AGAIN,
        /** What it was about is gone too. */
        GONE
    }

    /** A write was lost. */
    void lost(Outcome outcome);
}
