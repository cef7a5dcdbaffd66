package io.keywarden.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.credential.RequestHeaders;
import io.keywarden.credential.RequestQuery;
import io.keywarden.policy.CanonicalHost;
import io.keywarden.policy.RequestPath;
import io.keywarden.policy.RouteSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Reads Envoy's attributes of a request. Whatever is missing is missing in the result: nothing is guessed, and nothing of it
 * is believed that a caller could have written, but the host, the method and the path that Envoy routes on.
 */
final class CheckAttributes {
    private static final String GRPC_CONTENT_TYPE = "application/grpc";
    private static final String OURS = "keywarden";
    private static final String PREFIX = OURS + ".";
    /** Empty text is none that a route can say. */
    private static final String NOT_A_TEXT = "";

    private CheckAttributes() {}

    /**
     * What Envoy says of a request, as it says it; empty text for what it does not say.
     *
     * @param source the address of the peer
     * @param headers all headers
     * @param authority the host
     * @param method the method
     * @param target the path and the query
     * @param route what the route says about it
     */
    record Raw(
            String source,
            RequestHeaders headers,
            String authority,
            String method,
            String target,
            RouteSettings route) {}

    /** Reads the attributes of a request. */
    static CheckedRequest read(CheckRequest request) {
        AttributeContext attributes = request.getAttributes();
        AttributeContext.HttpRequest http = attributes.getRequest().getHttp();
        return canonical(new Raw(
                attributes.getSource().getAddress().getSocketAddress().getAddress(),
                headers(http),
                http.getHost(),
                http.getMethod(),
                http.getPath(),
                route(attributes)));
    }

    /** Brings into canonical form what Envoy says. */
    static CheckedRequest canonical(Raw raw) {
        RequestHeaders headers = raw.headers();
        String target = orPseudoHeader(raw.target(), headers, ":path");
        return new CheckedRequest(
                raw.source(),
                headers,
                CanonicalHost.parse(orPseudoHeader(raw.authority(), headers, ":authority")),
                orPseudoHeader(raw.method(), headers, ":method"),
                RequestPath.parse(target),
                RequestQuery.of(target),
                isGrpc(headers),
                raw.route());
    }

    private static RequestHeaders headers(AttributeContext.HttpRequest http) {
        RequestHeaders.Builder builder = RequestHeaders.builder();
        for (HeaderValue header : http.getHeaderMap().getHeadersList()) {
            ByteString raw = header.getRawValue();
            // One character a byte: a credential is ASCII, so bytes of any other kind stay wrong.
            builder.add(header.getKey(), raw.isEmpty() ? header.getValue() : raw.toString(StandardCharsets.ISO_8859_1));
        }
        http.getHeadersMap().forEach(builder::addJoined);
        return builder.build();
    }

    private static String orPseudoHeader(String attribute, RequestHeaders headers, String name) {
        if (!attribute.isEmpty()) {
            return attribute;
        }
        List<String> values = headers.values(name);
        return values.size() == 1 ? values.get(0) : attribute;
    }

    private static boolean isGrpc(RequestHeaders headers) {
        for (String value : headers.values("content-type")) {
            if (value.startsWith(GRPC_CONTENT_TYPE)) {
                return true;
            }
        }
        return false;
    }

    private static RouteSettings route(AttributeContext attributes) {
        Metadata metadata = attributes.getRouteMetadataContext();
        boolean silent = attributes.getContextExtensionsMap().isEmpty()
                && metadata.getFilterMetadataMap().isEmpty()
                && metadata.getTypedFilterMetadataMap().isEmpty();
        if (silent) {
            return RouteSettings.NONE;
        }
        RouteSettings.Builder route = new RouteSettings.Builder();
        attributes.getContextExtensionsMap().forEach((key, value) -> addExtension(route, key, value));
        metadata.getFilterMetadataMap().forEach((namespace, fields) -> addMetadata(route, namespace, fields));
        if (metadata.getTypedFilterMetadataMap().keySet().stream().anyMatch(CheckAttributes::isOurs)) {
            route.unclear();
        }
        return route.build();
    }

    /** Adds a context extension, if it is one of ours. */
    static void addExtension(RouteSettings.Builder route, String key, String value) {
        if (key.startsWith(PREFIX)) {
            route.add(key.substring(PREFIX.length()), value);
        } else if (isOurs(key)) {
            route.unclear();
        }
    }

    private static void addMetadata(RouteSettings.Builder route, String namespace, Struct fields) {
        if (namespace.equals(OURS)) {
            fields.getFieldsMap()
                    .forEach((key, value) ->
                            route.add(key, value.hasStringValue() ? value.getStringValue() : NOT_A_TEXT));
        } else if (isOurs(namespace)) {
            route.unclear();
        }
    }

    /** Whether the key of a context extension, or of metadata, is one of ours, or is meant to be. */
    static boolean isOurs(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return lower.equals(OURS) || lower.startsWith(PREFIX);
    }
}
