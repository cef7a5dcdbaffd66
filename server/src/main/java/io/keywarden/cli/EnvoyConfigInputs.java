package io.keywarden.cli;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.keywarden.admin.v1.AccessServiceProto;
import io.keywarden.admin.v1.CatalogServiceProto;
import io.keywarden.admin.v1.HistoryServiceProto;
import io.keywarden.admin.v1.OwnerServiceProto;
import io.keywarden.admin.v1.ServerServiceProto;
import io.keywarden.admin.v1.TenantServiceProto;
import io.keywarden.admin.v1.TokenServiceProto;
import io.keywarden.admin.v1.UsageServiceProto;
import io.keywarden.config.CheckConfig;
import io.keywarden.config.EnvoyConfig;
import io.keywarden.config.KeywardenConfig;
import io.keywarden.config.TlsConfig;
import io.keywarden.envoyconfig.DescriptorSets;
import io.keywarden.envoyconfig.EnvoyConfigInput;
import io.keywarden.envoyconfig.GrpcEndpoint;
import io.keywarden.envoyconfig.HostPort;
import io.keywarden.envoyconfig.ProtoDescriptor;
import io.keywarden.envoyconfig.TlsTrust;
import java.util.List;
import java.util.Optional;

/** Turns a configuration of Keywarden into what an Envoy configuration is made from. */
public final class EnvoyConfigInputs {
    private static final List<FileDescriptor> ADMIN_FILES = List.of(
            TenantServiceProto.getDescriptor(),
            CatalogServiceProto.getDescriptor(),
            OwnerServiceProto.getDescriptor(),
            TokenServiceProto.getDescriptor(),
            AccessServiceProto.getDescriptor(),
            HistoryServiceProto.getDescriptor(),
            UsageServiceProto.getDescriptor(),
            ServerServiceProto.getDescriptor());

    private final KeywardenConfig config;
    private final Optional<TlsTrust> trust;

    /**
     * Takes what all answers are made from.
     *
     * @param trust how Envoy trusts Keywarden's TLS listeners, where it has any
     */
    public EnvoyConfigInputs(KeywardenConfig config, Optional<TlsTrust> trust) {
        this.config = config;
        this.trust = trust;
    }

    /** What the Admin API consists of, for REST. */
    public static ProtoDescriptor adminDescriptor() {
        return new ProtoDescriptor.Inline(DescriptorSets.of(ADMIN_FILES).toByteString());
    }

    /** The full names of the Admin API's services. */
    public static List<String> adminServices() {
        return ADMIN_FILES.stream()
                .flatMap(file -> file.getServices().stream())
                .map(ServiceDescriptor::getFullName)
                .toList();
    }

    /**
     * The whole input.
     *
     * @throws IllegalArgumentException if the configuration lacks something that Envoy needs; the message names the key
     */
    public EnvoyConfigInput input(String nodeId, boolean upstreamHttp2, boolean adminRest) {
        EnvoyConfig envoy = config.envoy();
        EnvoyConfigInput.Upstream.Protocol protocol =
                upstreamHttp2 ? EnvoyConfigInput.Upstream.Protocol.HTTP2 : EnvoyConfigInput.Upstream.Protocol.HTTP1;
        return new EnvoyConfigInput(
                EnvoyConfigInput.Gateway.at(address(envoy.gatewayListen()), envoy.credentialHeaders())
                        .withRateLimits(rateLimits(envoy)),
                new EnvoyConfigInput.Check(check(), envoy.checkTimeout()),
                new EnvoyConfigInput.Upstream(
                        address(envoy.upstream()),
                        protocol,
                        EnvoyConfigInput.Upstream.DEFAULT_TIMEOUT,
                        envoy.maxStreamDuration()),
                adminRest ? Optional.of(adminRest()) : Optional.empty(),
                new EnvoyConfigInput.EnvoyProcess(nodeId, address(envoy.envoyAdminListen())));
    }

    private static List<EnvoyConfigInput.RateLimit> rateLimits(EnvoyConfig envoy) {
        return envoy.rateLimits().stream()
                .map(limit -> new EnvoyConfigInput.RateLimit(limit.priority(), limit.requestsPerSecond()))
                .toList();
    }

    private GrpcEndpoint check() {
        CheckConfig check = config.check();
        return switch (config.envoy().checkOver()) {
            case SOCKET ->
                new GrpcEndpoint.UnixEndpoint(check.socket().orElseThrow().toString());
            case TCP -> tcp("check", check.listen().orElseThrow(), check.tls());
        };
    }

    private EnvoyConfigInput.AdminRest adminRest() {
        return new EnvoyConfigInput.AdminRest(
                address(config.envoy().adminRestListen()),
                tcp("admin", config.admin().listen(), config.admin().tls()),
                adminDescriptor(),
                adminServices());
    }

    private GrpcEndpoint tcp(String section, io.keywarden.config.HostPort listen, Optional<TlsConfig> tls) {
        if (listen.port() == 0) {
            throw new IllegalArgumentException(section + ".listen: port 0 (expected: the port that Envoy shall call)");
        }
        if (tls.isPresent() && trust.isEmpty()) {
            throw new IllegalArgumentException(
                    section + ".tls: Envoy has to trust this certificate (expected: --ca FILE, --server-name NAME)");
        }
        return new GrpcEndpoint.TcpEndpoint(reachable(listen), tls.flatMap(t -> trust));
    }

    /** A listener on all addresses is reached on the loopback one: Envoy is a neighbour. */
    private static HostPort reachable(io.keywarden.config.HostPort listen) {
        return switch (listen.host()) {
            case "0.0.0.0" -> new HostPort("127.0.0.1", listen.port());
            case "::" -> new HostPort("::1", listen.port());
            default -> address(listen);
        };
    }

    private static HostPort address(io.keywarden.config.HostPort address) {
        return new HostPort(address.host(), address.port());
    }
}
