package io.keywarden.check;

import java.nio.charset.StandardCharsets;

/**
 * Goes through the bytes of a protobuf message, field by field. Throws {@link Unusual} at everything that is malformed, and
 * at some well-formed things that nobody sends.
 */
final class WireCursor {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int DELIMITED = 2;

    private static final int MAX_VARINT_BYTES = 10;

    private final byte[] bytes;
    private int at;
    private int tag;

    /** Starts before the first field. */
    WireCursor(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Says that the message is to be read in another way. Has no stack, so it costs next to nothing. */
    static final class Unusual extends RuntimeException {
        // It has no stack and no cause, so that one can stand for all.
        @SuppressWarnings("StaticAssignmentOfThrowable")
        static final Unusual INSTANCE = new Unusual();

        private static final long serialVersionUID = 1;

        private Unusual() {
            super("the message is not one of the usual kind", null, false, false);
        }
    }

    /** Goes to the next field of a message that ends at {@code end}; answers false behind the last one. */
    boolean next(int end) {
        if (at == end) {
            return false;
        }
        long read = varint(end);
        // No field that is known has a number of 32 or more.
        if (read < (1 << 3) || read >= (32 << 3)) {
            throw Unusual.INSTANCE;
        }
        tag = (int) read;
        return true;
    }

    /** The number of the field. */
    int field() {
        return tag >>> 3;
    }

    /** Where the reading is. */
    int at() {
        return at;
    }

    /** Goes into a value that has a length, in a message that ends at {@code end}; answers where the value ends. */
    int stop(int end) {
        if ((tag & 7) != DELIMITED) {
            throw Unusual.INSTANCE;
        }
        long length = varint(end);
        if (length < 0 || length > end - at) {
            throw Unusual.INSTANCE;
        }
        return at + (int) length;
    }

    /** Goes to behind a value without looking at it. */
    void skipTo(int stop) {
        at = stop;
    }

    /** Goes to behind a text, which must be ASCII: other characters may be well-formed or not. */
    void skipText(int stop) {
        int other = 0;
        for (int i = at; i < stop; i++) {
            other |= bytes[i];
        }
        if (other < 0) {
            throw Unusual.INSTANCE;
        }
        at = stop;
    }

    /** Reads a text that ends at {@code stop}, and must be ASCII. */
    String text(int stop) {
        int start = at;
        skipText(stop);
        return new String(bytes, start, stop - start, StandardCharsets.ISO_8859_1);
    }

    /** Goes to behind a value that has no length of its own, in a message that ends at {@code end}. */
    void skipNumber(int wireType, int end) {
        if ((tag & 7) != wireType) {
            throw Unusual.INSTANCE;
        }
        if (wireType == VARINT) {
            long unused = varint(end);
        } else {
            skipFixed(8, end);
        }
    }

    private void skipFixed(int size, int end) {
        if (end - at < size) {
            throw Unusual.INSTANCE;
        }
        at += size;
    }

    private long varint(int end) {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES && at < end; i++) {
            byte next = bytes[at++];
            value |= (long) (next & 0x7F) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw Unusual.INSTANCE;
    }
}
