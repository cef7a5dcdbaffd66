package io.keywarden.app;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.keywarden.cli.UserError;
import io.keywarden.config.HostPort;
import io.keywarden.config.TlsConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Opens gRPC servers with limits on all that a caller can ask for. The only class that knows which transport gRPC has.
 */
final class NettyServers {
    private static final int MAX_CALLS_PER_CONNECTION = 1_000;
    /** gRPC's own metadata; the headers of a request that is checked are in the message. */
    private static final int MAX_METADATA_BYTES = 16 * 1024;
    /** Envoy pings every few seconds; with gRPC's own limit of five minutes that would be answered with GOAWAY. */
    private static final int PERMITTED_KEEPALIVE_SECONDS = 5;
    /** Resets that are not a flood: Envoy sends one for each check that took too long, all over one connection. */
    private static final int MAX_RESETS = 10_000;

    private static final int RESETS_WINDOW_SECONDS = 10;
    /** Connections end now and then, so that callers find new replicas. */
    private static final int MAX_CONNECTION_MINUTES = 10;

    private static final int CONNECTION_GRACE_SECONDS = 30;
    private static final int MAX_THREADS = 8;

    private NettyServers() {}

    /**
     * What a server serves.
     *
     * @param name for messages: the section of the configuration
     * @param maxMessageBytes the longest request
     * @param executor where calls run
     * @param services puts the services on
     */
    record Served(String name, int maxMessageBytes, Executor executor, Consumer<ServerBuilder<?>> services) {
        String listenKey() {
            return name + ".listen";
        }
    }

    /**
     * Opens a TCP server.
     *
     * @throws UserError if the address or the certificate cannot be used
     */
    static GrpcServer tcp(Served served, HostPort listen, Optional<TlsConfig> tls) {
        boolean epoll = Epoll.isAvailable();
        EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
                threads(), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        try {
            InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
            NettyServerBuilder builder = NettyServerBuilder.forAddress(address, credentials(tls))
                    .channelType(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                    .bossEventLoopGroup(threads)
                    .workerEventLoopGroup(threads);
            return new GrpcServer(served.name(), build(builder, served).start(), () -> end(threads));
        } catch (IOException | RuntimeException e) {
            end(threads);
            throw ListenFailure.of(served.listenKey(), listen, e);
        }
    }

    /** Each thread serves its connections alone, so more than there are processors are of no use. */
    private static int threads() {
        return Math.max(1, Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Opens a server on a Unix socket, which others of its group may use too. A file that is left from a process that is
     * gone is replaced.
     *
     * @throws UserError if the socket cannot be used
     */
    static GrpcServer unix(Served served, Path socket) {
        if (!Epoll.isAvailable()) {
            throw ListenFailure.ofSocket("Unix sockets are not to be had here (expected: Linux on x86_64 or aarch64)");
        }
        SocketFile.prepare(socket);
        EventLoopGroup threads = new MultiThreadIoEventLoopGroup(threads(), EpollIoHandler.newFactory());
        try {
            NettyServerBuilder builder = NettyServerBuilder.forAddress(
                            new DomainSocketAddress(socket.toFile()), InsecureServerCredentials.create())
                    .channelType(EpollServerDomainSocketChannel.class)
                    .bossEventLoopGroup(threads)
                    .workerEventLoopGroup(threads);
            Server server = build(builder, served).start();
            SocketFile.restrict(socket);
            return new GrpcServer(served.name() + " socket", server, () -> {
                SocketFile.remove(socket);
                end(threads);
            });
        } catch (IOException e) {
            end(threads);
            throw ListenFailure.ofSocket(socket + " cannot be listened on: " + ListenFailure.rootOf(e));
        }
    }

    private static void end(EventLoopGroup threads) {
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private static Server build(NettyServerBuilder builder, Served served) {
        builder.executor(served.executor())
                .maxConnectionAge(MAX_CONNECTION_MINUTES, TimeUnit.MINUTES)
                .maxConnectionAgeGrace(CONNECTION_GRACE_SECONDS, TimeUnit.SECONDS)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .maxInboundMessageSize(served.maxMessageBytes())
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .maxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS)
                .permitKeepAliveTime(PERMITTED_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        served.services().accept(builder);
        return builder.build();
    }

    private static ServerCredentials credentials(Optional<TlsConfig> tls) throws IOException {
        if (tls.isEmpty()) {
            return InsecureServerCredentials.create();
        }
        TlsServerCredentials.Builder credentials = TlsServerCredentials.newBuilder()
                .keyManager(
                        tls.get().certificate().toFile(), tls.get().privateKey().toFile());
        if (tls.get().clientCa().isPresent()) {
            credentials
                    .trustManager(tls.get().clientCa().get().toFile())
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
        }
        return credentials.build();
    }
}
