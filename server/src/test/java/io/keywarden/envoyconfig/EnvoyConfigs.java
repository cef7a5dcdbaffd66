package io.keywarden.envoyconfig;

import io.keywarden.envoyconfig.EnvoyConfigInput.AdminRest;
import io.keywarden.envoyconfig.EnvoyConfigInput.Check;
import io.keywarden.envoyconfig.EnvoyConfigInput.EnvoyProcess;
import io.keywarden.envoyconfig.EnvoyConfigInput.Gateway;
import io.keywarden.envoyconfig.EnvoyConfigInput.RateLimit;
import io.keywarden.envoyconfig.EnvoyConfigInput.Upstream;
import io.keywarden.envoyconfig.GrpcEndpoint.TcpEndpoint;
import io.keywarden.envoyconfig.GrpcEndpoint.UnixEndpoint;
import java.util.List;
import java.util.Optional;

/** Inputs for the tests of this package: one that is whole and plain, and the ways to differ from it. */
final class EnvoyConfigs {
    static final TcpEndpoint CHECK_TCP = new TcpEndpoint(new HostPort("127.0.0.1", 9001), Optional.empty());
    static final UnixEndpoint CHECK_UNIX = new UnixEndpoint("/run/keywarden/check.sock");

    private EnvoyConfigs() {}

    static EnvoyConfigInput checkedAt(GrpcEndpoint check) {
        return with(gateway("authorization", "x-api-key"), check, Optional.empty());
    }

    static EnvoyConfigInput withAdminRest(GrpcEndpoint admin, ProtoDescriptor descriptor) {
        AdminRest rest = new AdminRest(new HostPort("127.0.0.1", 10001), admin, descriptor, AdminApi.services());
        return with(gateway("authorization"), CHECK_TCP, Optional.of(rest));
    }

    static EnvoyConfigInput withGateway(Gateway gateway) {
        return with(gateway, CHECK_TCP, Optional.empty());
    }

    static Gateway gateway(String... credentialHeaders) {
        return Gateway.at(new HostPort("127.0.0.1", 10000), List.of(credentialHeaders));
    }

    /** A gateway with limits for two priorities. */
    static Gateway limitedGateway() {
        return gateway("authorization").withRateLimits(List.of(new RateLimit("low", 2), new RateLimit("n", 1_000)));
    }

    private static EnvoyConfigInput with(Gateway gateway, GrpcEndpoint check, Optional<AdminRest> adminRest) {
        Upstream upstream = new Upstream(
                new HostPort("127.0.0.1", 8080),
                Upstream.Protocol.HTTP1,
                Upstream.DEFAULT_TIMEOUT,
                Upstream.DEFAULT_MAX_STREAM_DURATION);
        EnvoyProcess process = new EnvoyProcess("n", new HostPort("127.0.0.1", 9901));
        return new EnvoyConfigInput(gateway, new Check(check, Check.DEFAULT_TIMEOUT), upstream, adminRest, process);
    }
}
