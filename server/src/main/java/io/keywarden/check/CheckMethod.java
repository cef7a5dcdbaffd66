package io.keywarden.check;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Envoy's method, with messages that stay bytes as long as possible. */
final class CheckMethod {
    /** Envoy's method. */
    static final MethodDescriptor<ReceivedRequest, byte[]> DESCRIPTOR =
            MethodDescriptor.<ReceivedRequest, byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(CheckService.METHOD)
                    .setRequestMarshaller(new Requests())
                    .setResponseMarshaller(new Answers())
                    .build();

    private CheckMethod() {}

    /** Reads a request. What is malformed fails the call, as it does with the generated classes. */
    static final class Requests implements MethodDescriptor.Marshaller<ReceivedRequest> {
        @Override
        public InputStream stream(ReceivedRequest request) {
            throw new UnsupportedOperationException("requests are only read here");
        }

        @Override
        public ReceivedRequest parse(InputStream stream) {
            byte[] bytes = bytes(stream);
            @Nullable RequestScan scan = RequestScan.of(bytes);
            return scan == null ? whole(bytes) : scan;
        }

        private static ReceivedRequest whole(byte[] bytes) {
            try {
                CheckRequest request = CheckRequest.parseFrom(bytes);
                return () -> CheckAttributes.read(request);
            } catch (InvalidProtocolBufferException e) {
                throw Status.INTERNAL
                        .withDescription("Invalid protobuf byte sequence")
                        .withCause(e)
                        .asRuntimeException();
            }
        }

        private static byte[] bytes(InputStream stream) {
            try {
                return stream instanceof KnownLength ? stream.readNBytes(stream.available()) : stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Writes an answer that is bytes already. */
    static final class Answers implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] answer) {
            return new AnswerStream(answer);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("answers are only written here");
        }
    }

    private static final class AnswerStream extends ByteArrayInputStream implements KnownLength, Drainable {
        private AnswerStream(byte[] answer) {
            super(answer);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = count - pos;
            target.write(buf, pos, length);
            pos = count;
            return length;
        }
    }
}
