package io.keywarden.envoyconfig;

import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Envoy's bootstrap configuration as YAML text.
 *
 * <p>Deterministic: the same input gives the same bytes, so that a shipped file can be checked for drift.
 */
public final class EnvoyConfigRenderer {
    /** The Envoy that the configuration is written for and proven with. */
    public static final String ENVOY_VERSION = "1.40.0";

    private EnvoyConfigRenderer() {}

    public static String render(EnvoyConfigInput input) {
        EnvoyConfigInput.EnvoyProcess process = input.process();
        return Template.named("bootstrap.yaml")
                .word("envoy_version", ENVOY_VERSION)
                .text("node_id", process.nodeId())
                .text("envoy_admin_host", process.admin().host())
                .number("envoy_admin_port", process.admin().port())
                .block("gateway_listener", gatewayListener(input))
                .block(
                        "admin_rest_listener",
                        input.adminRest()
                                .map(EnvoyConfigRenderer::adminRestListener)
                                .orElse(""))
                .block("check_cluster", GrpcCluster.CHECK.render(input.check().endpoint()))
                .block("upstream_cluster", upstreamCluster(input.upstream()))
                .block(
                        "admin_cluster",
                        input.adminRest()
                                .map(rest -> GrpcCluster.ADMIN.render(rest.admin()))
                                .orElse(""))
                .render();
    }

    private static String gatewayListener(EnvoyConfigInput input) {
        EnvoyConfigInput.Gateway gateway = input.gateway();
        return Template.named("gateway-listener.yaml")
                .text("gateway_host", gateway.address().host())
                .number("gateway_port", gateway.address().port())
                .number("trusted_hops", gateway.trustedHops())
                .number("max_request_headers_kb", gateway.maxRequestHeadersKb())
                .duration("check_timeout", input.check().timeout())
                .block("hidden_header_patterns", hiddenHeaders(gateway.credentialHeaders()))
                .text("mutable_header_regex", mutableHeaders(gateway.credentialHeaders()))
                .block("rate_limit_filter", gateway.rateLimits().isEmpty() ? "" : rateLimitFilter(gateway.rateLimits()))
                .block("rate_limits", rateLimits())
                .duration("upstream_timeout", input.upstream().timeout())
                .duration("max_stream_duration", input.upstream().maxStreamDuration())
                .render();
    }

    /** What the check does not need to see: cookies too, unless a cookie is where a credential comes from. */
    private static String hiddenHeaders(List<String> credentialHeaders) {
        return Stream.of("cookie", "x-forwarded-client-cert")
                .filter(name -> !credentialHeaders.contains(name))
                .map(name -> Template.named("hidden-header.yaml")
                        .text("header", name)
                        .render())
                .collect(Collectors.joining());
    }

    /** Header names hold letters, digits and dashes only, so none of them needs escaping in the expression. */
    private static String mutableHeaders(List<String> credentialHeaders) {
        return Stream.concat(Stream.of("x-keywarden-[a-z0-9-]+"), credentialHeaders.stream())
                .collect(Collectors.joining("|", "^(", ")$"));
    }

    private static String rateLimitFilter(List<EnvoyConfigInput.RateLimit> limits) {
        String descriptors = limits.stream()
                .map(limit -> Template.named("rate-limit-descriptor.yaml")
                        .text("priority", limit.priority())
                        .number("requests", limit.requestsPerSecond())
                        .render())
                .collect(Collectors.joining());
        return Template.named("rate-limit-filter.yaml")
                .block("rate_limits", rateLimits())
                .block("descriptors", descriptors)
                .render();
    }

    private static String rateLimits() {
        return Template.named("rate-limits.yaml").render();
    }

    private static String adminRestListener(EnvoyConfigInput.AdminRest rest) {
        String routes = rest.services().stream()
                .map(service -> Template.named("admin-route.yaml")
                        .text("service_prefix", "/" + service + "/")
                        .render())
                .collect(Collectors.joining());
        return Template.named("admin-rest-listener.yaml")
                .text("admin_rest_host", rest.address().host())
                .number("admin_rest_port", rest.address().port())
                .block("descriptor", descriptor(rest.descriptor()))
                .texts("admin_services", rest.services())
                .block("admin_routes", routes)
                .render();
    }

    private static String descriptor(ProtoDescriptor descriptor) {
        return descriptor.fold(
                file -> Template.named("descriptor-file.yaml")
                        .text("path", file.path())
                        .render(),
                inline -> Template.named("descriptor-inline.yaml")
                        .text(
                                "base64",
                                Base64.getEncoder()
                                        .encodeToString(inline.descriptorSet().toByteArray()))
                        .render());
    }

    private static String upstreamCluster(EnvoyConfigInput.Upstream upstream) {
        return Template.named("upstream-cluster.yaml")
                .word("discovery_type", GrpcCluster.discoveryType(upstream.address()))
                .word("protocol_options", upstream.protocol().option())
                .block("endpoint_address", GrpcCluster.socketAddress(upstream.address()))
                .render();
    }
}
