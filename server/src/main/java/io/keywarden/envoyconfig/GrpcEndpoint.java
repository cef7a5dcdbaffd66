package io.keywarden.envoyconfig;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** Where Envoy reaches one of Keywarden's gRPC servers. */
public sealed interface GrpcEndpoint {

    <R> R fold(Function<? super TcpEndpoint, R> onTcp, Function<? super UnixEndpoint, R> onUnix);

    /** A TCP address, in plaintext where there is no {@code tls}. */
    record TcpEndpoint(HostPort address, Optional<TlsTrust> tls) implements GrpcEndpoint {

        public TcpEndpoint {
            requireNonNull(address, "address");
            requireNonNull(tls, "tls");
            if (address.port() == 0) {
                throw new IllegalArgumentException("port: 0 (expected: the port that the server listens on)");
            }
        }

        @Override
        public <R> R fold(Function<? super TcpEndpoint, R> onTcp, Function<? super UnixEndpoint, R> onUnix) {
            return onTcp.apply(this);
        }
    }

    /** The path of a Unix socket, whose file permissions decide who may connect. */
    record UnixEndpoint(String path) implements GrpcEndpoint {
        /** The kernel's limit for the path of a socket, in bytes, without the ending zero. */
        private static final int LONGEST_PATH = 107;

        public UnixEndpoint {
            requireNonNull(path, "path");
            int length = path.getBytes(StandardCharsets.UTF_8).length;
            if (!path.startsWith("/") || length > LONGEST_PATH) {
                throw new IllegalArgumentException(
                        "path: " + path + " (expected: an absolute path of at most " + LONGEST_PATH + " bytes)");
            }
        }

        @Override
        public <R> R fold(Function<? super TcpEndpoint, R> onTcp, Function<? super UnixEndpoint, R> onUnix) {
            return onUnix.apply(this);
        }
    }
}
