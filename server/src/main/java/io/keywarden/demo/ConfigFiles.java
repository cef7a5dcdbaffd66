package io.keywarden.demo;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.keywarden.admin.v1.CatalogServiceProto;
import io.keywarden.admin.v1.TenantServiceProto;
import io.keywarden.admin.v1.TokenServiceProto;
import io.keywarden.envoyconfig.DescriptorSets;
import io.keywarden.envoyconfig.EnvoyConfigInput;
import io.keywarden.envoyconfig.EnvoyConfigRenderer;
import io.keywarden.envoyconfig.GrpcEndpoint;
import io.keywarden.envoyconfig.HostPort;
import io.keywarden.envoyconfig.ProtoDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The text of the configuration files of a demo's three programs.
 *
 * @param ports where they listen
 * @param folder where they keep what they have
 * @param socket over which Envoy asks
 * @param upstreamPort where the protected service listens
 */
record ConfigFiles(DemoPorts ports, Path folder, Path socket, int upstreamPort) {
    /** A laptop that does other work too may take longer than a server, and shall not answer 503 for it. */
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(1);

    private static final String LOOPBACK = "127.0.0.1";
    private static final List<String> CREDENTIAL_HEADERS = List.of("authorization", "x-api-key");
    private static final List<FileDescriptor> ADMIN_FILES = List.of(
            CatalogServiceProto.getDescriptor(), TenantServiceProto.getDescriptor(), TokenServiceProto.getDescriptor());

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

    Path adminDescriptor() {
        return folder.resolve("admin.pb");
    }

    /** What {@code serve --config} takes. */
    String keywarden() {
        return """
                # Written by ./keywarden demo, anew at each start.
                roles: [check, admin]
                check: {listen: %s, socket: %s}
                admin: {listen: %s, state_dir: %s, bootstrap_token_file: %s}
                metrics: {listen: %s}
                redis: {url: redis://%s, timeout: 500ms}
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
                        ports.address(DemoPort.ADMIN),
                        quoted(stateFolder()),
                        quoted(bootstrapToken()),
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

    String envoy() {
        return EnvoyConfigRenderer.render(new EnvoyConfigInput(
                EnvoyConfigInput.Gateway.at(at(DemoPort.GATEWAY), CREDENTIAL_HEADERS),
                new EnvoyConfigInput.Check(new GrpcEndpoint.UnixEndpoint(socket.toString()), CHECK_TIMEOUT),
                new EnvoyConfigInput.Upstream(
                        new HostPort(LOOPBACK, upstreamPort),
                        EnvoyConfigInput.Upstream.Protocol.HTTP1,
                        EnvoyConfigInput.Upstream.DEFAULT_TIMEOUT,
                        EnvoyConfigInput.Upstream.DEFAULT_MAX_STREAM_DURATION),
                Optional.of(new EnvoyConfigInput.AdminRest(
                        at(DemoPort.ADMIN_REST),
                        new GrpcEndpoint.TcpEndpoint(at(DemoPort.ADMIN), Optional.empty()),
                        new ProtoDescriptor.InFile(adminDescriptor().toString()),
                        adminServices())),
                new EnvoyConfigInput.EnvoyProcess("keywarden-demo", at(DemoPort.ENVOY_ADMIN))));
    }

    /** What Envoy needs to know of the Admin API to offer it as JSON. */
    static FileDescriptorSet adminDescriptors() {
        return DescriptorSets.of(ADMIN_FILES);
    }

    private static List<String> adminServices() {
        return ADMIN_FILES.stream()
                .flatMap(file -> file.getServices().stream())
                .map(ServiceDescriptor::getFullName)
                .toList();
    }

    private HostPort at(DemoPort use) {
        return new HostPort(LOOPBACK, ports.of(use));
    }

    /** Double quotes mean the same to YAML and to Redis: only the quote and the backslash are special. */
    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
