package io.keywarden.token;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

/** What is kept of one secret: a digest under a pepper. Prints nothing of it, and is compared in constant time only. */
public final class SecretDigest {
    /** How many bytes a digest has. */
    public static final int BYTES = 32;

    private final int number;
    private final int pepper;
    private final byte[] digest;
    private final Optional<Instant> endTime;

    /**
     * Takes a copy of a digest.
     *
     * @param number counts a token's secrets from 1
     * @param pepper the id of the pepper that it was made under
     * @param digest 32 bytes
     * @param endTime from when on it no longer works; empty for the current one
     */
    public SecretDigest(int number, int pepper, byte[] digest, Optional<Instant> endTime) {
        if (digest.length != BYTES) {
            throw new IllegalArgumentException("digest of " + digest.length + " bytes (expected: " + BYTES + ")");
        }
        this.number = number;
        this.pepper = pepper;
        this.digest = digest.clone();
        this.endTime = endTime;
    }

    /** Counts a token's secrets from 1. */
    public int number() {
        return number;
    }

    /** The id of the pepper that it was made under. */
    public int pepper() {
        return pepper;
    }

    /** From when on it no longer works; empty for the current one. */
    public Optional<Instant> endTime() {
        return endTime;
    }

    /** Whether this is the digest of what {@code candidate} was made from; takes the same time for every answer. */
    public boolean matches(byte[] candidate) {
        return MessageDigest.isEqual(digest, candidate);
    }

    @Override
    public String toString() {
        return "SecretDigest[number=" + number + ", pepper=" + pepper + "]";
    }
}
