package io.keywarden.check;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.policy.Explainer;
import io.keywarden.token.IpAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * A request that nobody sent, read as a check reads one.
 *
 * @param request what a check would see
 * @param origin where it comes from
 */
record AskedRequest(CheckedRequest request, Origin origin) {
    private static final JsonFormat.Parser JSON = JsonFormat.parser().ignoringUnknownFields();

    /** Rejects what is no request, and repeats nothing of it: any part could be a secret. */
    static AskedRequest of(Explainer.Request request, CheckSettings settings) {
        if (request instanceof Explainer.Described described) {
            return described(described, settings);
        }
        CheckedRequest read = CheckAttributes.read(parse(((Explainer.OfEnvoy) request).json()));
        return new AskedRequest(read, Origin.of(read.source(), read.headers(), settings));
    }

    /** Its client is where this deployment looks for it, and is its own proxy. */
    private static AskedRequest described(Explainer.Described described, CheckSettings settings) {
        Optional<IpAddress> client = described.client();
        CheckedRequest read = CheckAttributes.read(message(described));
        return new AskedRequest(
                read, new Origin(client.map(settings.trustedPeers()::contains).orElse(false), client));
    }

    private static CheckRequest message(Explainer.Described described) {
        HeaderMap.Builder headers = HeaderMap.newBuilder();
        for (Explainer.Header header : described.headers()) {
            headers.addHeaders(HeaderValue.newBuilder()
                    .setKey(header.name().toLowerCase(Locale.ROOT))
                    .setValue(header.value()));
        }
        AttributeContext.HttpRequest http = AttributeContext.HttpRequest.newBuilder()
                .setMethod(described.method())
                .setHost(described.host())
                .setPath(described.path())
                .setHeaderMap(headers)
                .build();
        return CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setSource(
                                peer(described.client().map(IpAddress::toString).orElse("")))
                        .setRequest(AttributeContext.Request.newBuilder().setHttp(http))
                        .putAllContextExtensions(described.route()))
                .build();
    }

    private static AttributeContext.Peer peer(String address) {
        return AttributeContext.Peer.newBuilder()
                .setAddress(Address.newBuilder()
                        .setSocketAddress(SocketAddress.newBuilder().setAddress(address)))
                .build();
    }

    // The parser's own words could repeat a secret.
    @SuppressWarnings("UnusedException")
    private static CheckRequest parse(String json) {
        try {
            CheckRequest.Builder message = CheckRequest.newBuilder();
            JSON.merge(json, message);
            return message.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("no CheckRequest (expected: Envoy's message in protobuf's JSON form)");
        }
    }
}
