package io.keywarden.bench.compare;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import java.nio.charset.StandardCharsets;

/** Checks as Envoy 1.40 asks for them with the configuration that we ship: raw headers, a dozen of them. */
public final class Requests {
    /** The host of the tenant. */
    public static final String HOST = "api.bench.example";
    /** A path that the tokens may read. */
    public static final String ALLOWED_PATH = "/v1/module0/resource7/1a2b3c4d";
    /** A path that they may not. */
    public static final String DENIED_PATH = "/v1/module5/resource7/1a2b3c4d";

    /** Where they come from: an address in the Netherlands, as the sample of countries has it. */
    static final String CLIENT = "193.0.6.139";

    private Requests() {}

    /** A check of a GET with a token. */
    public static CheckRequest get(String path, String token) {
        AttributeContext.HttpRequest http = AttributeContext.HttpRequest.newBuilder()
                .setId("13907243421573187712")
                .setMethod("GET")
                .setHeaderMap(headers(path, token))
                .setPath(path)
                .setHost(HOST)
                .setScheme("http")
                .setProtocol("HTTP/1.1")
                .build();
        AttributeContext.Request request = AttributeContext.Request.newBuilder()
                .setTime(Timestamp.newBuilder().setSeconds(1_780_000_000L).setNanos(123_456_000))
                .setHttp(http)
                .build();
        return CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setSource(peer(CLIENT, 43210))
                        .setDestination(peer("127.0.0.1", 10000))
                        .setRequest(request))
                .build();
    }

    /** Where in the bytes of a check its token stands. */
    static int offsetOf(String token, byte[] request) {
        String text = new String(request, StandardCharsets.ISO_8859_1);
        int offset = text.indexOf(token);
        if (offset < 0 || text.indexOf(token, offset + 1) >= 0) {
            throw new IllegalStateException("a check that holds its token not at all or twice (expected: once)");
        }
        return offset;
    }

    private static HeaderMap headers(String path, String token) {
        HeaderMap.Builder headers = HeaderMap.newBuilder();
        add(headers, ":authority", HOST);
        add(headers, ":path", path);
        add(headers, ":method", "GET");
        add(headers, ":scheme", "http");
        add(headers, "user-agent", "shop-backend/4.2.1 (linux; amd64)");
        add(headers, "accept", "application/json");
        add(headers, "accept-encoding", "gzip, br");
        add(headers, "authorization", "Bearer " + token);
        add(headers, "x-forwarded-for", CLIENT);
        add(headers, "x-forwarded-proto", "http");
        add(headers, "x-envoy-external-address", CLIENT);
        add(headers, "x-request-id", "5a3c2f3e-7d59-4f0e-9a6e-2f8f2f6f0b11");
        add(headers, "x-keywarden-client-ip", CLIENT);
        return headers.build();
    }

    private static void add(HeaderMap.Builder headers, String name, String value) {
        headers.addHeaders(HeaderValue.newBuilder()
                .setKey(name)
                .setRawValue(ByteString.copyFrom(value, StandardCharsets.ISO_8859_1)));
    }

    private static AttributeContext.Peer peer(String address, int port) {
        return AttributeContext.Peer.newBuilder()
                .setAddress(Address.newBuilder()
                        .setSocketAddress(
                                SocketAddress.newBuilder().setAddress(address).setPortValue(port)))
                .build();
    }
}
