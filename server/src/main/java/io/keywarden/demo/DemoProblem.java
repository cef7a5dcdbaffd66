package io.keywarden.demo;

/** A reason why the demo cannot run, in words for the person who started it: what is wrong, and what to do. */
final class DemoProblem extends Exception {
    private static final long serialVersionUID = 1L;

    DemoProblem(String message) {
        super(message);
    }

    /** The words, which are never missing. */
    String words() {
        return String.valueOf(getMessage());
    }
}
