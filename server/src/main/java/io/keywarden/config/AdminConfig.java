package io.keywarden.config;

import io.keywarden.store.Bounds;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the Admin API is served, and what its process keeps on disk.
 *
 * @param listen the TCP listener
 * @param tls TLS for it; empty for plaintext, which only a loopback listener may have
 * @param stateDir the folder of what Admin must not forget: which store it founded, and the bootstrap token's digest
 * @param bootstrapTokenFile where the bootstrap token is written, once
 * @param bounds what all replicas and this Admin promise together
 * @param durability which Redis is good enough
 */
public record AdminConfig(
        HostPort listen,
        Optional<TlsConfig> tls,
        Path stateDir,
        Path bootstrapTokenFile,
        Bounds bounds,
        Durability durability) {
    /** Where the Admin API is served when nothing is said. */
    public static final HostPort DEFAULT_LISTEN = new HostPort("127.0.0.1", 9002);
    /** The folder when nothing is said, beside the configuration file. */
    public static final Path DEFAULT_STATE_DIR = Path.of("state");
    /** The name of the bootstrap token's file in the folder when nothing is said. */
    public static final String DEFAULT_BOOTSTRAP_TOKEN_FILE = "bootstrap-token";

    /** Which Redis is good enough. */
    public enum Durability {
        /** One that keeps an append-only file. */
        REQUIRED("required"),
        /** Any: what was revoked may come back with a restart. */
        DEMO("demo");

        private final String text;

        Durability(String text) {
            this.text = text;
        }

        /** How it is written. */
        public String text() {
            return text;
        }
    }

    /** Rejects plaintext that others could read: tokens' secrets are in the answers. */
    public AdminConfig {
        if (!listen.isLoopback() && tls.isEmpty()) {
            throw new IllegalArgumentException("admin.listen: " + listen
                    + " is reachable by others in plaintext (expected: admin.tls, or a loopback address)");
        }
    }
}
