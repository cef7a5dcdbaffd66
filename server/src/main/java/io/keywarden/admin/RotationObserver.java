package io.keywarden.admin;

/** Is told what became of tokens whose secrets are to be replaced by themselves. Called by one thread; must not block. */
public interface RotationObserver {
    /** What became of one. */
    enum Outcome {
        /** It has a new secret. */
        ROTATED,
        /** It was overdue, and nobody could have got the new secret: the tenant keeps none any more. */
        NO_CONSUMER,
        /** It could not be rotated; that is tried again. */
        FAILED
    }

    /** Something became of one. */
    void rotation(Outcome outcome);
}
