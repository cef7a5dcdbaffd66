package io.keywarden.config;

import io.keywarden.store.Bounds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where checks are answered.
 *
 * @param listen the TCP listener; empty for none
 * @param socket the Unix socket; empty for none. Who may open the file may ask
 * @param tls TLS for the TCP listener; empty for plaintext
 * @param plaintextReason why plaintext is right although others than this machine reach the listener
 * @param lease the longest lease that this replica accepts from the store; empty for any
 * @param countries the file that says in which country an address is; empty for none, so that no country is known
 */
public record CheckConfig(
        Optional<HostPort> listen,
        Optional<Path> socket,
        Optional<TlsConfig> tls,
        Optional<String> plaintextReason,
        Optional<Duration> lease,
        Optional<Path> countries) {
    /** Where checks are answered when nothing is said. */
    public static final HostPort DEFAULT_LISTEN = new HostPort("127.0.0.1", 9001);
    /** How long the path of a Unix socket can be: the kernel's limit, less its closing zero. */
    public static final int MAX_SOCKET_PATH = 107;

    /** Rejects a listener that gives secrets away on the wire, and one that cannot be. */
    public CheckConfig {
        boolean exposed = listen.isPresent() && !listen.get().isLoopback() && tls.isEmpty();
        int socketLength = socket.map(path -> path.toString().length()).orElse(0);
        new Rules()
                .reject(
                        listen.isEmpty() && socket.isEmpty(),
                        "check.listen: none, and no check.socket (expected: one of them)")
                .reject(
                        exposed && plaintextReason.isEmpty(),
                        "check.listen: " + listen.map(HostPort::toString).orElse("none")
                                + " is reachable by others in plaintext (expected: check.tls, a loopback address, or"
                                + " check.plaintext.reason that says what protects it, such as mesh-mtls)")
                .reject(
                        tls.isPresent() && plaintextReason.isPresent(),
                        "check.plaintext.reason: given beside check.tls (expected: one of the two)")
                .reject(
                        socketLength > MAX_SOCKET_PATH,
                        "check.socket: " + socketLength + " characters long (expected: at most " + MAX_SOCKET_PATH
                                + ", the kernel's limit for sockets)")
                .rejectOutside("check.lease", lease.orElse(Bounds.MIN_LEASE), Bounds.MIN_LEASE, Bounds.MAX_LEASE)
                .verify();
    }

    /** What holds when nothing is said. */
    public static CheckConfig defaults() {
        return new CheckConfig(
                Optional.of(DEFAULT_LISTEN),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
