package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Fields of all lengths, on both sides of every growth of the room that they are written to. */
class BackwardWriterTest {
    private static final int FIELD = 3;

    private final Random random = new Random(5);

    @Test
    void message_ofAnyFields_isThatOfTheGeneratedClasses() throws IOException {
        for (int round = 0; round < 3_000; round++) {
            BackwardWriter writer = new BackwardWriter();
            ByteString fields = ByteString.EMPTY;
            for (int i = random.nextInt(200); i > 0; i--) {
                fields = write(writer).concat(fields);
            }
            writer.message(FIELD, 0);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(expected);
            out.writeBytes(FIELD, fields);
            out.flush();
            assertThat(writer.toBytes()).isEqualTo(expected.toByteArray());
        }
    }

    /** Writes a field, and answers what it has to be. */
    private ByteString write(BackwardWriter writer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        int number = random.nextInt() >>> random.nextInt(32);
        switch (random.nextInt(3)) {
            case 0 -> {
                writer.varint(FIELD, number);
                out.writeUInt32(FIELD, number);
            }
            case 1 -> {
                writer.fixed64(FIELD, number);
                out.writeFixed64(FIELD, number);
            }
            default -> {
                String text = (random.nextInt(4) == 0 ? "\u007f\u0080" : "~").repeat(random.nextInt(9));
                writer.text(FIELD, text);
                out.writeString(FIELD, text);
            }
        }
        out.flush();
        return ByteString.copyFrom(bytes.toByteArray());
    }
}
