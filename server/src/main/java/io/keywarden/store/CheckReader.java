package io.keywarden.store;

/** Reads what checks need, verified and compiled, from what is known already where it can. Safe for several threads. */
public interface CheckReader {
    /**
     * Begins to read for one check. Cheap; there is nothing to close.
     *
     * @param source who asks, as far as it is known, such as the address of the peer: each source has a share of the reads
     */
    CheckView begin(String source);
}
