package io.keywarden.check;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.credential.RequestHeaders;
import io.keywarden.policy.CanonicalHost;
import io.keywarden.policy.RequestPath;
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

    private CheckAttributes() {}

    /** Reads the attributes of a request. */
    static CheckedRequest read(CheckRequest request) {
        AttributeContext attributes = request.getAttributes();
        AttributeContext.HttpRequest http = attributes.getRequest().getHttp();
        RequestHeaders headers = headers(http);
        String target = orPseudoHeader(http.getPath(), headers, ":path");
        String authority = orPseudoHeader(http.getHost(), headers, ":authority");
        return new CheckedRequest(
                attributes.getSource().getAddress().getSocketAddress().getAddress(),
                headers,
                CanonicalHost.parse(authority),
                orPseudoHeader(http.getMethod(), headers, ":method"),
                RequestPath.parse(target),
                isGrpc(headers),
                routeSpeaks(attributes));
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
        List<String> values = headers.values(name);
        return attribute.isEmpty() && values.size() == 1 ? values.get(0) : attribute;
    }

    private static boolean isGrpc(RequestHeaders headers) {
        return headers.values("content-type").stream().anyMatch(value -> value.startsWith(GRPC_CONTENT_TYPE));
    }

    private static boolean routeSpeaks(AttributeContext attributes) {
        Metadata route = attributes.getRouteMetadataContext();
        return attributes.getContextExtensionsMap().keySet().stream().anyMatch(CheckAttributes::isOurs)
                || route.getFilterMetadataMap().entrySet().stream()
                        .anyMatch(entry ->
                                isOurs(entry.getKey()) && entry.getValue().getFieldsCount() > 0)
                || route.getTypedFilterMetadataMap().keySet().stream().anyMatch(CheckAttributes::isOurs);
    }

    private static boolean isOurs(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return lower.equals(OURS) || lower.startsWith(OURS + ".");
    }
}
