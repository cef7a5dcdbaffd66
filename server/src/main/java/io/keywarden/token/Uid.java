package io.keywarden.token;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a thing: 128 random bits, never used again. Names can come back, things can't, so digests, grants and
 * references hold a uid and never a name. Immutable, safe for use by several threads.
 */
public final class Uid {
    /** How many bytes {@link #toBytes} has. */
    public static final int BYTES = 16;

    private static final int CHARACTERS = 22;

    private final long high;
    private final long low;
    /** Kept once somebody asked: a check makes a key of it. Whoever sees none yet makes the same one. */
    private @Nullable String text;

    /**
     * Takes the 128 bits.
     *
     * @param high the first 8 bytes
     * @param low the last 8 bytes
     */
    public Uid(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /** Makes a new identity. */
    public static Uid random(SecureRandom random) {
        return new Uid(random.nextLong(), random.nextLong());
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it has another length
     */
    public static Uid of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("uid of " + bytes.length + " bytes (expected: " + BYTES + ")");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Uid(buffer.getLong(), buffer.getLong());
    }

    /** Its 16 bytes, big-endian. */
    public byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            int shift = Byte.SIZE * (Long.BYTES - 1 - i);
            bytes[i] = (byte) (high >>> shift);
            bytes[Long.BYTES + i] = (byte) (low >>> shift);
        }
        return bytes;
    }

    /** Its text: 22 base62 characters. */
    @Override
    public String toString() {
        String known = text;
        if (known == null) {
            known = Base62.encode(toBytes(), CHARACTERS);
            text = known;
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Uid that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high ^ low);
    }
}
