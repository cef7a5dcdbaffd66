package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import org.junit.jupiter.api.Test;

class WarmUpRequestTest {
    @Test
    void of_sourceAndToken_isWhatEnvoysClassesWrite() throws Exception {
        AttributeContext.HttpRequest http = AttributeContext.HttpRequest.newBuilder()
                .setMethod("GET")
                .setHost("warm-up.invalid")
                .setPath("/warm/up")
                .setHeaderMap(HeaderMap.newBuilder()
                        .addHeaders(header(":authority", "warm-up.invalid"))
                        .addHeaders(header(":method", "GET"))
                        .addHeaders(header(":path", "/warm/up"))
                        .addHeaders(header(":scheme", "http"))
                        .addHeaders(header("user-agent", "keywarden"))
                        .addHeaders(header("accept", "*/*"))
                        .addHeaders(header("authorization", "Bearer abc")))
                .build();
        SocketAddress source =
                SocketAddress.newBuilder().setAddress("192.0.2.1").build();
        CheckRequest request = CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setSource(AttributeContext.Peer.newBuilder()
                                .setAddress(Address.newBuilder().setSocketAddress(source)))
                        .setRequest(AttributeContext.Request.newBuilder().setHttp(http)))
                .build();

        assertThat(CheckRequest.parseFrom(WarmUpRequest.of("192.0.2.1", "abc"))).isEqualTo(request);
    }

    private static HeaderValue header(String name, String value) {
        return HeaderValue.newBuilder()
                .setKey(name)
                .setRawValue(ByteString.copyFromUtf8(value))
                .build();
    }
}
