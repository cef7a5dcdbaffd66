package io.keywarden.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.check.BytesWorld;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Requests as Envoy passes them on, right ones and those with which others were deceived. */
final class CheckSeeds {
    private final BytesWorld world;
    private final String token;

    CheckSeeds(BytesWorld world) {
        this.world = world;
        this.token = world.token();
    }

    /** All, each as bytes and as a {@link Wire} text. */
    Stream<byte[]> all() {
        Stream<byte[]> written = Stream.of(paths(), hosts(), credentials(), contents(), routes())
                .flatMap(requests -> requests)
                .map(attributes ->
                        CheckRequest.newBuilder().setAttributes(attributes).build())
                .flatMap(request -> Stream.of(
                        request.toByteArray(),
                        Wire.script(request).replace(token, "TOKEN").getBytes(ISO_8859_1)));
        return Stream.concat(written, doubled());
    }

    private Stream<AttributeContext.Builder> paths() {
        return Stream.of(
                        "/v1/orders",
                        "/v1/orders/42?a=b",
                        "/probe",
                        "//evil.example/v1/orders",
                        "/v1/../v1/orders",
                        "/v1/%6frders",
                        "/v1/orders;v=1",
                        "/v1%2forders",
                        "/v1/orders%00",
                        "/v1/orders#x",
                        "*",
                        "")
                .map(path -> with("authorization", "Bearer " + token, http -> http.setPath(path)));
    }

    private Stream<AttributeContext.Builder> hosts() {
        return Stream.of("api.example.", "acme.platform.example", "globex.platform.example", "a,b", "[::1]")
                .map(host -> with("x-api-key", token, http -> http.setHost(host)));
    }

    private Stream<AttributeContext.Builder> credentials() {
        String pair = token.split("_", -1)[1] + ":" + world.secret();
        return Stream.of(
                with("authorization", "Bearer " + world.wrongToken(), http -> {}),
                with("authorization", "Bearer " + token + "x", http -> {}),
                with("authorization", "ApiKey " + pair, http -> {}),
                with("authorization", "Opaque " + world.secret(), http -> {}),
                with("authorization", "Bearer " + token + ",Bearer " + token, http -> {}),
                with("authorization", "Bearer " + token, http -> http.putHeaders("x-api-key", token)),
                with("cookie", "a=b; kw=" + token + "; c=d", http -> {}),
                with("cookie", "a=" + token + "; kw=" + token, http -> {}),
                with("sec-websocket-protocol", "chat, keywarden." + token, http -> {}),
                request(http -> http.setPath("/v1/orders?key=" + token)),
                request(http -> http.setPath("/v1/orders?k%65y=" + token.replace("_", "%5F"))),
                listed("authorization", "Bearer " + token),
                listed("authorization", "Bearer \u00ff\u00e9"));
    }

    private Stream<AttributeContext.Builder> contents() {
        return Stream.of(
                AttributeContext.newBuilder(),
                with(
                        "origin",
                        "https://a.example",
                        http -> http.setMethod("OPTIONS").putHeaders("access-control-request-method", "GET")),
                with("content-type", "application/grpc", http -> {}),
                with(
                        "x-keywarden-tenant",
                        "globex",
                        http -> http.putHeaders("X_Keywarden-Owner", "root")
                                .putHeaders("authorization", "Bearer " + token)),
                with(
                        "authorization",
                        "Bearer " + token,
                        http -> http.clearMethod()
                                .clearPath()
                                .clearHost()
                                .putHeaders(":method", "GET")
                                .putHeaders(":path", "/v1/orders")
                                .putHeaders(":authority", "api.example")));
    }

    private Stream<AttributeContext.Builder> routes() {
        return Stream.of(
                listed("x-api-key", token).putContextExtensions("keywarden.operation", "orders.list"),
                listed("x-tenant", "acme").putContextExtensions("keywarden.tenant", "acme"),
                request(http -> {}).putContextExtensions("keywarden.access", "PUBLIC"),
                request(http -> {}).putContextExtensions("keywarden.acces", "PUBLIC"),
                routed("access", "OPTIONAL"),
                routed("module", "orders"));
    }

    /** What no writer of messages writes: a key that comes twice, a message in two parts. */
    private static Stream<byte[]> doubled() {
        return Seeds.of(
                "1{10{1:keywarden.access\n2:PUBLIC\n}10{1:keywarden.access\n2:REQUIRED\n}4{2{2:GET\n4:/v1/orders\n}}}",
                "1{4{2{2:GET\n4:/v1/orders\n5:api.example\n3{1:x-api-key\n2:a\n}3{1:x-api-key\n2:TOKEN\n}}}}",
                "1{4{2{2:GET\n5:api.example\n}}}1{4{2{4:/v1/orders\n3{1:x-api-key\n2:TOKEN\n}}}}");
    }

    private static AttributeContext.Builder with(
            String name, String value, Consumer<AttributeContext.HttpRequest.Builder> change) {
        return request(http -> change.accept(http.putHeaders(name, value)));
    }

    private static AttributeContext.Builder request(Consumer<AttributeContext.HttpRequest.Builder> change) {
        AttributeContext.Builder attributes = AttributeContext.newBuilder();
        attributes
                .getSourceBuilder()
                .getAddressBuilder()
                .getSocketAddressBuilder()
                .setAddress("10.0.0.1");
        AttributeContext.HttpRequest.Builder http =
                attributes.getRequestBuilder().getHttpBuilder();
        http.setMethod("GET").setHost("Api.Example:443").setPath("/v1/orders");
        change.accept(http);
        return attributes;
    }

    private static AttributeContext.Builder listed(String name, String value) {
        return request(http -> http.getHeaderMapBuilder()
                .addHeaders(HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFrom(value, ISO_8859_1))));
    }

    private static AttributeContext.Builder routed(String key, String value) {
        AttributeContext.Builder attributes = request(http -> {});
        Value text = Value.newBuilder().setStringValue(value).build();
        attributes
                .getRouteMetadataContextBuilder()
                .putFilterMetadata(
                        "keywarden", Struct.newBuilder().putFields(key, text).build());
        return attributes;
    }
}
