package io.keywarden.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Protobuf messages as texts that stay messages however they are cut and pasted, since all lengths are computed: a field's
 * number, and behind it {@code {FIELDS}}, {@code :TEXT} or {@code =NUMBER}, the last two up to the end of the line. Fields may
 * come in any order and number, as nothing that writes messages would write them.
 */
final class Wire {
    private final String script;
    private int at;

    private Wire(String script) {
        this.script = script;
    }

    /** The bytes of a message. Any text is one. */
    static byte[] bytes(String script) {
        Wire wire = new Wire(script);
        try {
            return wire.message();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] message() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        int number = 0;
        while (at < script.length()) {
            char c = script.charAt(at++);
            if (c == '}') {
                break;
            }
            switch (c) {
                case '{' -> delimited(out, number, message());
                case ':' -> delimited(out, number, line().getBytes(ISO_8859_1));
                case '=' -> {
                    out.writeUInt32NoTag(number << 3);
                    out.writeUInt64NoTag(number(line()));
                }
                default -> {}
            }
            number = c >= '0' && c <= '9' ? number % 1_000 * 10 + c - '0' : 0;
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static void delimited(CodedOutputStream out, int number, byte[] bytes) throws IOException {
        out.writeUInt32NoTag(number << 3 | 2);
        out.writeByteArrayNoTag(bytes);
    }

    private String line() {
        int start = at;
        int end = script.indexOf('\n', start);
        at = end < 0 ? script.length() : end + 1;
        return script.substring(start, end < 0 ? script.length() : end);
    }

    private static long number(String digits) {
        return digits.matches("-?[0-9]{1,18}") ? Long.parseLong(digits) : digits.hashCode();
    }

    /** The text of a message of which nothing is a double, and no text has an end of a line in it. */
    static String script(Message message) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            Object value = field.getValue();
            for (Object one : field.getKey().isRepeated() ? (List<?>) value : List.of(value)) {
                text.append(field.getKey().getNumber()).append(text(one));
            }
        }
        return text.toString();
    }

    private static String text(Object value) {
        if (value instanceof Message inner) {
            return "{" + script(inner) + "}\n";
        }
        if (value instanceof Number) {
            return "=" + value + "\n";
        }
        ByteString bytes = value instanceof ByteString raw ? raw : ByteString.copyFromUtf8(value.toString());
        return ":" + bytes.toString(ISO_8859_1) + "\n";
    }
}
