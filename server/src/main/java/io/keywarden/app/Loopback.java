package io.keywarden.app;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.keywarden.check.CheckService;
import io.keywarden.config.HostPort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server of checks for one caller, which is this process itself, over a real connection. Safe for use by several threads. */
final class Loopback implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;

    private static final MethodDescriptor<byte[], byte[]> CHECK = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(CheckService.METHOD)
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private final GrpcServer server;
    private final ManagedChannel channel;

    private Loopback(GrpcServer server, ManagedChannel channel) {
        this.server = server;
        this.channel = channel;
    }

    /** Opens it. Calls run on the thread of the connection, as on the real listener. */
    static Loopback open(CheckService service) {
        NettyServers.Served served = new NettyServers.Served(
                "warm-up", MAX_MESSAGE_BYTES, Runnable::run, builder -> builder.addService(service));
        GrpcServer server = NettyServers.tcp(served, new HostPort("127.0.0.1", 0), Optional.empty());
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                        "127.0.0.1", server.port(), InsecureChannelCredentials.create())
                .proxyDetector(address -> null)
                .build();
        return new Loopback(server, channel);
    }

    /** Asks one check, and waits for the answer. */
    void ask(byte[] request, Duration limit) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
        var unused = ClientCalls.blockingUnaryCall(channel, CHECK, options, request);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
    }

    /** Leaves messages as they are. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
