package io.keywarden.chaos;

/**
 * One fault, on one kind of Redis, and the proof that the promise holds through it.
 *
 * @param name for people
 * @param rounds how often the fault has to be there for 200 revocations with 10 tokens
 * @param proof runs it
 */
record Scenario(String name, int rounds, Proof proof) {
    /** Runs everything, processes included, and ends it. */
    interface Proof {
        Findings run(Scale scale) throws Exception;
    }

    @Override
    public String toString() {
        return name;
    }
}
