package io.keywarden.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the Admin API is served, and what its process keeps on disk.
 *
 * @param listen the TCP listener
 * @param tls TLS for it; empty for plaintext, which only a loopback listener may have
 * @param stateDir the folder of what Admin must not forget: which store it founded, and the bootstrap token's digest
 * @param bootstrapTokenFile where the bootstrap token is written, once
 */
public record AdminConfig(HostPort listen, Optional<TlsConfig> tls, Path stateDir, Path bootstrapTokenFile) {
    /** Where the Admin API is served when nothing is said. */
    public static final HostPort DEFAULT_LISTEN = new HostPort("127.0.0.1", 9002);
    /** The folder when nothing is said, beside the configuration file. */
    public static final Path DEFAULT_STATE_DIR = Path.of("state");
    /** The name of the bootstrap token's file in the folder when nothing is said. */
    public static final String DEFAULT_BOOTSTRAP_TOKEN_FILE = "bootstrap-token";

    /** Rejects plaintext that others could read: tokens' secrets are in the answers. */
    public AdminConfig {
        if (!listen.isLoopback() && tls.isEmpty()) {
            throw new IllegalArgumentException("admin.listen: " + listen
                    + " is reachable by others in plaintext (expected: admin.tls, or a loopback address)");
        }
    }
}
