package io.keywarden.chaos;

import java.util.List;

/**
 * One fault, on one kind of Redis, and the proof that the promise holds through it.
 *
 * @param name for people
 * @param rounds how often the fault has to be there for 200 revocations with 10 tokens
 * @param proof runs it
 */
record Scenario(String name, int rounds, Proof proof) {
    /** Whether the build runs all faults, and not only those that show most in the least time. */
    static final String ALL_FAULTS = "keywarden.chaos.all";

    private static final boolean ALL = Boolean.getBoolean(ALL_FAULTS);

    /** Those of some faults that this build runs. */
    static List<Scenario> shortForm(List<Scenario> all, String... names) {
        return ALL
                ? all
                : all.stream()
                        .filter(scenario -> List.of(names).contains(scenario.name()))
                        .toList();
    }

    /** Runs everything, processes included, and ends it. */
    interface Proof {
        Findings run(Scale scale) throws Exception;
    }

    @Override
    public String toString() {
        return name;
    }
}
