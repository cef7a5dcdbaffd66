package io.keywarden.token;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/** What is kept of one secret: a digest under a pepper. Prints nothing of it, and is compared in constant time only. */
public final class SecretDigest {
    /** How many bytes a digest has. */
    public static final int BYTES = 32;

    private final int number;
    private final int pepper;
    // Four numbers instead of an array: of many tokens, each object more that a check reads is not in the processor's
    // cache.
    private final long first;
    private final long second;
    private final long third;
    private final long fourth;
    private final Optional<Instant> endTime;

    /**
     * Takes what a digest says.
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
        ByteBuffer words = ByteBuffer.wrap(digest);
        this.first = words.getLong();
        this.second = words.getLong();
        this.third = words.getLong();
        this.fourth = words.getLong();
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

    /**
     * Whether this is the digest of what {@code candidate} was made from; takes the same time for every answer.
     *
     * @param candidate 32 bytes; what has another length is none
     */
    public boolean matches(byte[] candidate) {
        if (candidate.length != BYTES) {
            return false;
        }
        ByteBuffer words = ByteBuffer.wrap(candidate);
        // All four are looked at, whatever the first ones say.
        long difference = first ^ words.getLong();
        difference |= second ^ words.getLong();
        difference |= third ^ words.getLong();
        difference |= fourth ^ words.getLong();
        return difference == 0;
    }

    @Override
    public String toString() {
        return "SecretDigest[number=" + number + ", pepper=" + pepper + "]";
    }
}
