package io.keywarden.config;

import io.keywarden.store.Bounds;
import io.keywarden.token.Names;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the Admin API is served, and what its process keeps on disk.
 *
 * @param listen the TCP listener
 * @param tls TLS for it; empty for plaintext, which only a loopback listener may have
 * @param stateDir the folder of what Admin must not forget: which store it founded, and the bootstrap token's digest
 * @param bootstrapTokenFile where the bootstrap token is written, once
 * @param bounds what all replicas and this Admin promise together
 * @param durability which Redis is good enough
 * @param identities the client certificates that may call
 * @param auditLog the file of what was written; empty for none
 */
public record AdminConfig(
        HostPort listen,
        Optional<TlsConfig> tls,
        Path stateDir,
        Path bootstrapTokenFile,
        Bounds bounds,
        Durability durability,
        List<Identity> identities,
        Optional<Path> auditLog) {
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

    /**
     * A client certificate that may call Admin, and what its holder may do.
     *
     * @param san its subject alternative name: a URI, or else a DNS name
     * @param operations the operations of Admin that it may call; {@code *} is all that are not restricted
     * @param tenants the ids of the tenants that it may call them for; {@code *} is all but {@code system}
     * @param tokens the resource names of the tokens whose secrets it may watch
     */
    public record Identity(String san, List<String> operations, List<String> tenants, List<String> tokens) {
        private static final Pattern TOKEN = Pattern.compile("tenants/([a-z0-9-]{1,63})/tokens/([0-9A-Za-z]{26})");

        /** Copies the lists, and rejects what would let in nobody, or is no tenant. */
        public Identity {
            operations = List.copyOf(operations);
            tenants = List.copyOf(tenants);
            tokens = List.copyOf(tokens);
            new Rules()
                    .reject(san.isBlank(), "admin.identities.san: is empty (expected: a URI or a DNS name)")
                    .reject(
                            operations.isEmpty() && tokens.isEmpty(),
                            "admin.identities.operations: none (expected: * or operations, such as RevokeToken)")
                    .reject(
                            !tokens.stream()
                                    .allMatch(name -> TOKEN.matcher(name).matches()),
                            "admin.identities.tokens: " + tokens + " (expected: tenants/TENANT/tokens/TOKEN)")
                    .reject(
                            tenants.isEmpty() && !operations.isEmpty(),
                            "admin.identities.tenants: none (expected: * or ids of tenants)")
                    .reject(
                            !tenants.stream().allMatch(id -> id.equals("*") || Names.isLabel(id)),
                            "admin.identities.tenants: " + tenants + " (expected: * or ids of tenants)")
                    .verify();
        }
    }

    /** Rejects plaintext that others could read: tokens' secrets are in the answers. And certificates nobody verifies. */
    public AdminConfig {
        identities = List.copyOf(identities);
        boolean verified = tls.flatMap(TlsConfig::clientCa).isPresent();
        Set<String> names = new HashSet<>();
        new Rules()
                .reject(
                        !listen.isLoopback() && tls.isEmpty(),
                        "admin.listen: " + listen
                                + " is reachable by others in plaintext (expected: admin.tls, or a loopback address)")
                .reject(
                        !identities.isEmpty() && !verified,
                        "admin.identities: without admin.tls.client_ca (expected: it, since it verifies certificates)")
                .reject(
                        !identities.stream().allMatch(named -> names.add(named.san())),
                        "admin.identities: one san twice (expected: each once)")
                .verify();
    }
}
