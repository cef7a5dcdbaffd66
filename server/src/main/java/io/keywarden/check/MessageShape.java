package io.keywarden.check;

/**
 * The fields of those messages in a CheckRequest of which a decision needs nothing, or little. They are gone through all the
 * same, since a request that is malformed anywhere is refused.
 *
 * <p>Each field is a letter, in the order of the numbers from 1: {@code s} text, {@code b} bytes, {@code v} varint, {@code 8}
 * fixed64, or the letter of a message.
 */
enum MessageShape {
    /** google.protobuf.Timestamp. */
    TIMESTAMP('T', "vv", false),
    /** envoy.service.auth.v3.AttributeContext.Peer. */
    PEER('P', "AsLss", false),
    /** envoy.config.core.v3.Address: one of three. */
    ADDRESS('A', "KUI", false),
    /** envoy.config.core.v3.SocketAddress. */
    SOCKET_ADDRESS('K', "vsvssvs", false),
    /** envoy.config.core.v3.Pipe. */
    PIPE('U', "sv", false),
    /** envoy.config.core.v3.EnvoyInternalAddress. */
    INTERNAL_ADDRESS('I', "ss", false),
    /** An entry of a map from text to text. */
    TEXT_ENTRY('L', "ss", true),
    /** envoy.service.auth.v3.AttributeContext.TLSSession. */
    TLS_SESSION('Q', "s", false),
    /** envoy.config.core.v3.Metadata. */
    METADATA('M', "FY", false),
    /** An entry of Metadata's filter_metadata. */
    FILTER_ENTRY('F', "sS", true),
    /** An entry of Metadata's typed_filter_metadata. */
    TYPED_ENTRY('Y', "sN", true),
    /** google.protobuf.Any. */
    ANY('N', "sb", false),
    /** google.protobuf.Struct. */
    STRUCT('S', "E", false),
    /** An entry of Struct's fields. */
    STRUCT_ENTRY('E', "sV", true),
    /** google.protobuf.Value. */
    VALUE('V', "v8svSW", false),
    /** google.protobuf.ListValue. */
    LIST('W', "Z", false),
    /** A google.protobuf.Value in a ListValue. */
    LIST_ITEM('Z', "v8svSW", true);

    /** Stands for a number that no field has. */
    static final char NONE = ' ';

    private static final MessageShape[] BY_LETTER = new MessageShape['Z' + 1];

    static {
        for (MessageShape shape : values()) {
            BY_LETTER[shape.letter] = shape;
        }
    }

    private final char letter;
    private final String fields;
    private final boolean repeated;

    MessageShape(char letter, String fields, boolean repeated) {
        this.letter = letter;
        this.fields = fields;
        this.repeated = repeated;
    }

    /** The letter of a field; {@link #NONE} where no field has the number. */
    char letterOf(int field) {
        return field <= fields.length() ? fields.charAt(field - 1) : NONE;
    }

    /** The message that a letter stands for. */
    static MessageShape of(char letter) {
        return BY_LETTER[letter];
    }

    /** Whether there can be several of it in the same place. */
    boolean isRepeated() {
        return repeated;
    }
}
