package io.keywarden.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import java.nio.charset.StandardCharsets;

/** Requests as Envoy asks about them. */
final class CheckRequests {
    private CheckRequests() {}

    static AttributeContext.HttpRequest.Builder http(String method, String path) {
        return AttributeContext.HttpRequest.newBuilder()
                .setMethod(method)
                .setHost("Api.Example:443")
                .setPath(path);
    }

    static CheckRequest of(AttributeContext.HttpRequest.Builder http) {
        return CheckRequest.newBuilder().setAttributes(attributes(http)).build();
    }

    /** As it comes from the connection. */
    static ReceivedRequest received(CheckRequest request) {
        return new CheckMethod.Requests().parse(request.toByteString().newInput());
    }

    /** As Envoy understands it. */
    static CheckResponse response(byte[] bytes) {
        try {
            return CheckResponse.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("not an answer", e);
        }
    }

    static AttributeContext.Builder attributes(AttributeContext.HttpRequest.Builder http) {
        return AttributeContext.newBuilder()
                .setRequest(AttributeContext.Request.newBuilder().setHttp(http));
    }

    static HeaderMap.Builder raw(HeaderMap.Builder map, String name, String value) {
        return map.addHeaders(HeaderValue.newBuilder()
                .setKey(name)
                .setRawValue(ByteString.copyFrom(value, StandardCharsets.ISO_8859_1)));
    }
}
