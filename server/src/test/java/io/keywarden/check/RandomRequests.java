package io.keywarden.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes requests as Envoy might send them, and spoils them. */
final class RandomRequests {
    private static final List<String> NAMES = List.of(
            "authorization",
            "x-api-key",
            ":path",
            ":method",
            ":authority",
            "content-type",
            "x-keywarden-tenant",
            "X_Keywarden-Owner",
            "x-keywarden",
            "accept",
            "",
            "h\u00e4",
            "keywarden",
            "Keywarden.module");
    private static final List<String> VALUES = List.of(
            "",
            "a",
            "b",
            "a,b",
            "GET",
            "/v1/orders?k=v",
            "api.example",
            "application/grpc",
            "Bearer x",
            "\u00ff\u20ac");

    private final Random random;

    RandomRequests(Random random) {
        this.random = random;
    }

    /** Makes one that is well-formed. */
    CheckRequest next() {
        AttributeContext.Builder attributes = AttributeContext.newBuilder();
        if (maybe()) {
            peer(attributes.getSourceBuilder());
        }
        if (maybe()) {
            peer(attributes.getDestinationBuilder());
        }
        if (rarely()) {
            attributes.putContextExtensions(name(), value());
        }
        if (rarely()) {
            attributes.setRouteMetadataContext(metadata());
        }
        if (rarely()) {
            attributes.setMetadataContext(metadata());
        }
        if (rarely()) {
            attributes.getTlsSessionBuilder().setSni(value());
        }
        AttributeContext.Request.Builder request = attributes.getRequestBuilder();
        if (maybe()) {
            request.setTime(Timestamp.newBuilder().setSeconds(random.nextLong()).setNanos(random.nextInt()));
        }
        http(request.getHttpBuilder());
        return CheckRequest.newBuilder().setAttributes(attributes).build();
    }

    /** Spoils a message: bytes are changed, cut out, or doubled. */
    byte[] mutated(byte[] message) {
        byte[] bytes = message.clone();
        for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            int end = Math.min(bytes.length, at + 1 + random.nextInt(8));
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, end, bytes.length));
                case 3 -> bytes = joined(Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, at, bytes.length));
                default -> bytes = joined(bytes, next().toByteArray());
            }
        }
        return bytes;
    }

    private void peer(AttributeContext.Peer.Builder peer) {
        if (maybe()) {
            peer.getAddressBuilder()
                    .getSocketAddressBuilder()
                    .setAddress(value())
                    .setPortValue(random.nextInt(99));
        } else if (maybe()) {
            peer.getAddressBuilder().getPipeBuilder().setPath(value()).setMode(1);
        }
        if (rarely()) {
            peer.putLabels(name(), value()).setPrincipal(value()).setService(value());
        }
    }

    private void http(AttributeContext.HttpRequest.Builder http) {
        http.setMethod(value()).setPath(value()).setHost(value());
        if (maybe()) {
            http.setId(value()).setScheme(value()).setProtocol("HTTP/2").setSize(random.nextInt());
        }
        if (rarely()) {
            http.setBody(value()).setRawBody(ByteString.copyFromUtf8(value()));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            http.putHeaders(name(), value());
        }
        if (maybe()) {
            HeaderMap.Builder map = HeaderMap.newBuilder();
            for (int i = random.nextInt(4); i > 0; i--) {
                HeaderValue.Builder header = HeaderValue.newBuilder().setKey(name());
                map.addHeaders(
                        maybe() ? header.setValue(value()) : header.setRawValue(ByteString.copyFromUtf8(value())));
            }
            http.setHeaderMap(map);
        }
    }

    private Metadata metadata() {
        Value number = Value.newBuilder().setNumberValue(random.nextDouble()).build();
        Value list = Value.newBuilder()
                .setListValue(ListValue.newBuilder().addValues(number))
                .build();
        Struct fields =
                Struct.newBuilder().putFields(name(), maybe() ? number : list).build();
        Metadata.Builder metadata = Metadata.newBuilder();
        metadata.putFilterMetadata(name(), maybe() ? fields : Struct.getDefaultInstance());
        return metadata.build();
    }

    private String name() {
        return NAMES.get(rarely() ? random.nextInt(NAMES.size()) : random.nextInt(9));
    }

    private String value() {
        return VALUES.get(rarely() ? random.nextInt(VALUES.size()) : random.nextInt(9));
    }

    private boolean maybe() {
        return random.nextBoolean();
    }

    private boolean rarely() {
        return random.nextInt(16) == 0;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
