package io.keywarden.token;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The identity of a thing: 128 random bits, never used again. Names can come back, things can't, so digests, grants and
 * references hold a uid and never a name.
 *
 * @param high the first 8 bytes
 * @param low the last 8 bytes
 */
public record Uid(long high, long low) {
    /** How many bytes {@link #toBytes} has. */
    public static final int BYTES = 16;

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
        return Base62.encode(toBytes(), 22);
    }
}
