package io.keywarden.demo;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The text of the configuration files of Keywarden and Redis; Envoy's follows from Keywarden's.
 *
 * @param ports where they listen
 * @param folder where they keep what they have
 * @param socket over which Envoy asks
 * @param upstreamPort where the protected service listens
 * @param countries in which country an address is
 */
record ConfigFiles(DemoPorts ports, Path folder, Path socket, int upstreamPort, Path countries) {
    /** A laptop that does other work too may take longer than a server, and shall not answer 503 for it. */
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(1);

    private static final String LOOPBACK = "127.0.0.1";

    Path stateFolder() {
        return folder.resolve("state");
    }

    Path bootstrapToken() {
        return stateFolder().resolve("bootstrap-token");
    }

    Path redisData() {
        return folder.resolve("redis");
    }

    Path keys() {
        return folder.resolve("keys");
    }

    /** What {@code serve --config} takes. */
    String keywarden() {
        return """
                # Written by ./keywarden demo, anew at each start.
                roles: [check, admin]
                check: {listen: %s, socket: %s, countries: {database: %s}}
                admin: {listen: %s, state_dir: %s, bootstrap_token_file: %s, audit_log: %s}
                metrics: {listen: %s}
                redis: {url: redis://%s, minimum_version: 6.2, timeout: 500ms}
                keys: {file: %s}
                envoy:
                  gateway_listen: %s
                  upstream: %s:%d
                  admin_rest_listen: %s
                  envoy_admin_listen: %s
                  check_over: socket
                  check_timeout: %dms
                """.formatted(
                        ports.address(DemoPort.CHECK),
                        quoted(socket),
                        quoted(countries),
                        ports.address(DemoPort.ADMIN),
                        quoted(stateFolder()),
                        quoted(bootstrapToken()),
                        quoted(folder.resolve("audit.jsonl")),
                        ports.address(DemoPort.METRICS),
                        ports.address(DemoPort.REDIS),
                        quoted(keys().resolve("admin.keys")),
                        ports.address(DemoPort.GATEWAY),
                        LOOPBACK,
                        upstreamPort,
                        ports.address(DemoPort.ADMIN_REST),
                        ports.address(DemoPort.ENVOY_ADMIN),
                        CHECK_TIMEOUT.toMillis());
    }

    /** A Redis that only this machine reaches, that never drops a key, and that writes every change to its file. */
    String redis() {
        return """
                # Written by ./keywarden demo, anew at each start.
                bind %s
                port %d
                protected-mode yes
                daemonize no
                dir %s
                appendonly yes
                appendfsync everysec
                save ""
                maxmemory-policy noeviction
                """.formatted(LOOPBACK, ports.of(DemoPort.REDIS), quoted(redisData()));
    }

    /** Double quotes mean the same to YAML and to Redis: only the quote and the backslash are special. */
    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
