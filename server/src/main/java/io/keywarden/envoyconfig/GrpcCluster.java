package io.keywarden.envoyconfig;

import io.keywarden.envoyconfig.GrpcEndpoint.TcpEndpoint;
import java.time.Duration;

/** One of Keywarden's gRPC servers as a cluster of Envoy's: HTTP/2, health checked by its role's name. */
enum GrpcCluster {
    /** Its connect timeout is that of a single check: connecting longer would only make the caller wait. */
    CHECK("keywarden_check", "check", Duration.ofMillis(250)),
    ADMIN("keywarden_admin", "admin", Duration.ofSeconds(1));

    private final String clusterName;
    private final String healthService;
    private final Duration connectTimeout;

    GrpcCluster(String clusterName, String healthService, Duration connectTimeout) {
        this.clusterName = clusterName;
        this.healthService = healthService;
        this.connectTimeout = connectTimeout;
    }

    String render(GrpcEndpoint endpoint) {
        return Template.named("grpc-cluster.yaml")
                .word("cluster_name", clusterName)
                .word("discovery_type", endpoint.fold(tcp -> discoveryType(tcp.address()), unix -> "STATIC"))
                .duration("connect_timeout", connectTimeout)
                .text("health_service", healthService)
                .block("transport_socket", endpoint.fold(GrpcCluster::transportSocket, unix -> ""))
                .block(
                        "endpoint_address",
                        endpoint.fold(tcp -> socketAddress(tcp.address()), unix -> pipeAddress(unix.path())))
                .render();
    }

    /** Each address of a name is a host of its own, so that a headless Service spreads the load. */
    static String discoveryType(HostPort address) {
        return address.isAddress() ? "STATIC" : "STRICT_DNS";
    }

    static String socketAddress(HostPort address) {
        return Template.named("socket-address.yaml")
                .text("host", address.host())
                .number("port", address.port())
                .render();
    }

    private static String pipeAddress(String path) {
        return Template.named("pipe-address.yaml").text("path", path).render();
    }

    private static String transportSocket(TcpEndpoint endpoint) {
        return endpoint.tls().map(GrpcCluster::tls).orElse("");
    }

    private static String tls(TlsTrust trust) {
        boolean address = trust.matchesAddress();
        String sni = Template.named("sni.yaml")
                .text("server_name", trust.serverName())
                .render();
        return Template.named("tls.yaml")
                .block("sni", address ? "" : sni)
                .block(
                        "client_certificate",
                        trust.identity().map(GrpcCluster::clientCertificate).orElse(""))
                .text("ca_file", trust.caFile())
                .word("san_type", address ? "IP_ADDRESS" : "DNS")
                .text("server_name", trust.serverName())
                .render();
    }

    private static String clientCertificate(TlsTrust.ClientIdentity identity) {
        return Template.named("client-certificate.yaml")
                .text("certificate_file", identity.certificateFile())
                .text("key_file", identity.keyFile())
                .render();
    }
}
