package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.policy.Access;
import io.keywarden.policy.RequestPath;
import io.keywarden.policy.RouteSettings;
import io.keywarden.token.Action;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckAttributesTest {
    @Test
    void read_nothing_isEmpty() {
        CheckedRequest read = CheckAttributes.read(CheckRequest.getDefaultInstance());
        assertThat(read.host()).isEmpty();
        assertThat(read.path()).isEmpty();
        assertThat(read.method()).isEmpty();
        assertThat(read.headers().names()).isEmpty();
    }

    @Test
    void read_request_isCanonical() {
        CheckedRequest read = CheckAttributes.read(CheckRequests.of(CheckRequests.http("GET", "/v1/orders?key=x")));
        assertThat(read.host()).contains("api.example");
        assertThat(read.path().map(RequestPath::text)).contains("/v1/orders");
        assertThat(read.grpc()).isFalse();
        assertThat(read.route()).isEqualTo(RouteSettings.NONE);
    }

    @Test
    void read_headerMap_keepsRepeatsAndBytes() {
        HeaderMap.Builder map = HeaderMap.newBuilder()
                .addHeaders(HeaderValue.newBuilder().setKey("x-api-key").setValue("a"));
        CheckRequests.raw(map, "x-api-key", "b\u00ff");
        CheckedRequest read = CheckAttributes.read(
                CheckRequests.of(CheckRequests.http("GET", "/").setHeaderMap(map)));
        assertThat(read.headers().values("x-api-key")).containsExactly("a", "b\u00ff");
    }

    @Test
    void read_bothForms_agreeingValuesAreOne() {
        HeaderMap.Builder map = CheckRequests.raw(HeaderMap.newBuilder(), "a", "1");
        CheckRequests.raw(CheckRequests.raw(map, "b", "1"), "b", "2");
        AttributeContext.HttpRequest.Builder http = CheckRequests.http("GET", "/")
                .setHeaderMap(map)
                .putHeaders("a", "1")
                .putHeaders("b", "1,2")
                .putHeaders("c", "3");
        CheckedRequest same = CheckAttributes.read(CheckRequests.of(http));
        assertThat(same.headers().values("a")).containsExactly("1");
        assertThat(same.headers().values("b")).containsExactly("1", "2");
        assertThat(same.headers().values("c")).containsExactly("3");
        CheckedRequest other = CheckAttributes.read(CheckRequests.of(http.putHeaders("a", "9")));
        assertThat(other.headers().values("a")).containsExactly("1", "9");
    }

    @Test
    void read_headerMapAlone_takesPseudoHeaders() {
        HeaderMap.Builder map = CheckRequests.raw(HeaderMap.newBuilder(), ":path", "/v1/orders");
        CheckRequests.raw(CheckRequests.raw(map, ":method", "GET"), ":authority", "api.example");
        CheckedRequest read = CheckAttributes.read(
                CheckRequests.of(AttributeContext.HttpRequest.newBuilder().setHeaderMap(map)));
        assertThat(read.host()).contains("api.example");
        assertThat(read.method()).isEqualTo("GET");
        assertThat(read.path()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "application/grpc, true",
        "application/grpc+proto, true",
        "application/grpc-web, true",
        "application/json, false"
    })
    void read_contentType_saysWhetherGrpc(String contentType, boolean grpc) {
        AttributeContext.HttpRequest.Builder http =
                CheckRequests.http("POST", "/s/m").putHeaders("content-type", contentType);
        assertThat(CheckAttributes.read(CheckRequests.of(http)).grpc()).isEqualTo(grpc);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keywarden.operation", "keywarden.x", "Keywarden.Access", "keywarden", "keywarden."})
    void read_contextExtensionNotUnderstood_isUnclear(String key) {
        AttributeContext.Builder attributes =
                CheckRequests.attributes(CheckRequests.http("GET", "/")).putContextExtensions(key, "");
        assertThat(read(attributes).route().unclear()).isTrue();
    }

    @Test
    void read_contextExtensionOfOthers_saysNothing() {
        AttributeContext.Builder attributes =
                CheckRequests.attributes(CheckRequests.http("GET", "/")).putContextExtensions("scope", "x");
        assertThat(read(attributes).route()).isEqualTo(RouteSettings.NONE);
    }

    @Test
    void read_contextExtensionsOfOurs_areSettings() {
        AttributeContext.Builder attributes = CheckRequests.attributes(CheckRequests.http("GET", "/"))
                .putContextExtensions("keywarden.operation", "orders.list")
                .putContextExtensions("keywarden.module", "orders")
                .putContextExtensions("keywarden.action", "READ")
                .putContextExtensions("keywarden.access", "OPTIONAL")
                .putContextExtensions("keywarden.tenant", "acme");
        assertThat(read(attributes).route())
                .isEqualTo(new RouteSettings(
                        Optional.of("orders.list"),
                        Optional.of("orders"),
                        Optional.of(Action.READ),
                        Optional.of(Access.OPTIONAL),
                        Optional.of("acme"),
                        false));
    }

    @Test
    void read_routeMetadataOfOurs_isSettings() {
        AttributeContext.Builder attributes = CheckRequests.attributes(CheckRequests.http("GET", "/"));
        attributes.setRouteMetadataContext(
                Metadata.newBuilder().putFilterMetadata("keywarden", fields("module", text("orders"))));
        assertThat(read(attributes).route().module()).contains("orders");
        attributes.setRouteMetadataContext(
                Metadata.newBuilder().putFilterMetadata("other", fields("module", text("orders"))));
        assertThat(read(attributes).route()).isEqualTo(RouteSettings.NONE);
    }

    @Test
    void read_routeMetadataThatDisagreesOrIsNoText_isUnclear() {
        AttributeContext.Builder attributes = CheckRequests.attributes(CheckRequests.http("GET", "/"))
                .putContextExtensions("keywarden.module", "invoices");
        attributes.setRouteMetadataContext(
                Metadata.newBuilder().putFilterMetadata("keywarden", fields("module", text("orders"))));
        assertThat(read(attributes).route().unclear()).isTrue();
        AttributeContext.Builder number = CheckRequests.attributes(CheckRequests.http("GET", "/"));
        number.setRouteMetadataContext(Metadata.newBuilder()
                .putFilterMetadata(
                        "keywarden",
                        fields("module", Value.newBuilder().setNumberValue(1).build())));
        assertThat(read(number).route().unclear()).isTrue();
    }

    @Test
    void read_typedRouteMetadataOfOurs_isUnclear() {
        AttributeContext.Builder attributes = CheckRequests.attributes(CheckRequests.http("GET", "/"));
        attributes.setRouteMetadataContext(
                Metadata.newBuilder().putTypedFilterMetadata("keywarden", Any.getDefaultInstance()));
        assertThat(read(attributes).route().unclear()).isTrue();
    }

    private static Struct fields(String name, Value value) {
        return Struct.newBuilder().putFields(name, value).build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static CheckedRequest read(AttributeContext.Builder attributes) {
        return CheckAttributes.read(
                CheckRequest.newBuilder().setAttributes(attributes).build());
    }
}
