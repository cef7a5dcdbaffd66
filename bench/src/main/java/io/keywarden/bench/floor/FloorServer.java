package io.keywarden.bench.floor;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Allows every request with one prepared answer: the floor that Keywarden is measured against. Executor, transport and
 * limits are those of Keywarden's own listener, so that what is more there is the decision.
 */
public final class FloorServer extends AuthorizationGrpc.AuthorizationImplBase {
    private final CheckResponse answer;

    private FloorServer(CheckResponse answer) {
        this.answer = answer;
    }

    /** Serves until the process is ended. Arguments: the port on loopback, and the file with the answer. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        // As in Keywarden.
        System.setProperty("io.grpc.netty.shaded.io.netty.leakDetection.level", "disabled");
        CheckResponse answer = CheckResponse.parseFrom(Files.readAllBytes(Path.of(arguments[1])));
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        Server server = NettyServerBuilder.forAddress(address, InsecureServerCredentials.create())
                .executor(Runnable::run)
                .maxConcurrentCallsPerConnection(1_000)
                .maxInboundMessageSize(2 * 1024 * 1024)
                .maxInboundMetadataSize(16 * 1024)
                .maxRstFramesPerWindow(10_000, 10)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(new FloorServer(answer))
                .build()
                .start();
        server.awaitTermination();
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> caller) {
        caller.onNext(answer);
        caller.onCompleted();
    }
}
