package io.keywarden.chaos;

/**
 * How much of a proof is run.
 *
 * @param tokens how many tokens are written to
 * @param perSecond how often each is checked a second
 * @param rounds how often the fault is there
 * @param leastRate how many checks a second have to be seen of what is revoked
 * @param leastRevokes how many revocations have to be watched
 */
record Scale(int tokens, int perSecond, int rounds, double leastRate, int leastRevokes) {
    /** A few seconds a fault, for every build; as many checks as a machine sees that does other things too. */
    static final Scale SHORT = new Scale(4, 250, 1, 100, 3);

    /** What the promise is proven with. */
    static Scale full(int tokens, int rounds, int leastRevokes) {
        return new Scale(tokens, 1_300, rounds, 1_000, leastRevokes);
    }
}
