package io.keywarden.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a protobuf message from its end to its beginning: the length of what is inside of a field is known when the field's
 * beginning is written, so nothing is measured beforehand and nothing is copied.
 */
final class BackwardWriter {
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int MAX_VARINT_BYTES = 5;
    private static final int USUAL_BYTES = 512;

    private byte[] bytes = new byte[USUAL_BYTES];
    private int at = bytes.length;

    /** How much is written: where the message that comes next ends. */
    int mark() {
        return bytes.length - at;
    }

    /** Makes a field of all that was written since {@code end}. */
    void message(int field, int end) {
        varint(mark() - end);
        tag(field, DELIMITED);
    }

    /** Writes a field. */
    void text(int field, String text) {
        int length = text.length();
        room(length);
        at -= length;
        int other = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            other |= c;
            bytes[at + i] = (byte) c;
        }
        if (other > 0x7F) {
            at += length;
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            bytes(encoded);
            length = encoded.length;
        }
        varint(length);
        tag(field, DELIMITED);
    }

    /** Writes a field. */
    void varint(int field, int value) {
        varint(value);
        tag(field, 0);
    }

    /** Writes a field. */
    void fixed64(int field, long bits) {
        room(Long.BYTES);
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            bytes[--at] = (byte) (bits >>> (Byte.SIZE * i));
        }
        tag(field, FIXED64);
    }

    /** Writes whole fields. */
    void bytes(byte[] fields) {
        room(fields.length);
        at -= fields.length;
        System.arraycopy(fields, 0, bytes, at, fields.length);
    }

    /** What was written. */
    byte[] toBytes() {
        return Arrays.copyOfRange(bytes, at, bytes.length);
    }

    private void tag(int field, int wireType) {
        varint(field << 3 | wireType);
    }

    private void varint(int value) {
        room(MAX_VARINT_BYTES);
        if (value >>> 7 == 0) {
            bytes[--at] = (byte) value;
            return;
        }
        int size = 1;
        for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
            size++;
        }
        at -= size;
        int rest = value;
        for (int i = 0; i < size; i++) {
            bytes[at + i] = (byte) (i == size - 1 ? rest : rest | 0x80);
            rest >>>= 7;
        }
    }

    private void room(int needed) {
        if (at < needed) {
            int written = mark();
            byte[] larger = new byte[Math.max(bytes.length * 2, written + needed)];
            System.arraycopy(bytes, at, larger, larger.length - written, written);
            at = larger.length - written;
            bytes = larger;
        }
    }
}
