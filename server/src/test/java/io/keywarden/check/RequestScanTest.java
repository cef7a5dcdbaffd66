package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.credential.RequestQuery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestScanTest {
    private static final int MESSAGES = 100_000;
    private static final long SEED = 20_260_601;

    private final Random random = new Random(SEED);
    private final Set<RequestQuery> queries = new HashSet<>();
    private int scanned;

    @Test
    void of_generatedAndMutatedMessages_meansWhatTheGeneratedClassesRead() {
        RandomRequests requests = new RandomRequests(random);
        for (int i = 0; i < MESSAGES; i++) {
            byte[] bytes = requests.next().toByteArray();
            compare(i % 2 == 0 ? bytes : requests.mutated(bytes));
        }
        // Otherwise nothing was compared.
        assertThat(scanned).isGreaterThan(MESSAGES / 10);
        assertThat(queries).hasSizeGreaterThan(2);
    }

    @Test
    void of_usualRequest_isScanned() {
        AttributeContext.HttpRequest.Builder http = CheckRequests.http("GET", "/v1/orders")
                .setId("1")
                .setScheme("https")
                .setProtocol("HTTP/2")
                .setSize(-1)
                .putHeaders("authorization", "Bearer x");
        AttributeContext.Builder attributes = CheckRequests.attributes(http);
        attributes
                .getRequestBuilder()
                .setTime(Timestamp.newBuilder().setSeconds(1).setNanos(2));
        attributes
                .getSourceBuilder()
                .setPrincipal("spiffe://a")
                .getAddressBuilder()
                .getSocketAddressBuilder()
                .setAddress("192.0.2.1")
                .setPortValue(9);
        attributes.setMetadataContext(Metadata.getDefaultInstance()).putContextExtensions("scope", "x");
        attributes.setRouteMetadataContext(
                Metadata.newBuilder().putFilterMetadata("other", Struct.getDefaultInstance()));
        byte[] bytes =
                CheckRequest.newBuilder().setAttributes(attributes).build().toByteArray();
        assertThat(RequestScan.of(bytes)).isNotNull();
        compare(bytes);
    }

    @Test
    void of_requestInTwoParts_isMerged() {
        byte[] first = CheckRequests.of(CheckRequests.http("GET", "/a")).toByteArray();
        byte[] second =
                CheckRequests.of(CheckRequests.http("POST", "/b").clearHost()).toByteArray();
        byte[] both =
                ByteString.copyFrom(first).concat(ByteString.copyFrom(second)).toByteArray();
        assertThat(RequestScan.of(both)).isNull();
        CheckedRequest read = new CheckMethod.Requests()
                .parse(ByteString.copyFrom(both).newInput())
                .read();
        assertThat(read.method()).isEqualTo("POST");
        assertThat(read.host()).contains("api.example");
    }

    @Test
    void of_addressOfAnotherKind_isNoSource() {
        AttributeContext.Builder attributes = CheckRequests.attributes(CheckRequests.http("GET", "/"));
        Address.Builder address = attributes.getSourceBuilder().getAddressBuilder();
        address.getPipeBuilder().setPath("/run/x");
        compare(CheckRequest.newBuilder().setAttributes(attributes).build().toByteArray());
        address.getEnvoyInternalAddressBuilder().setServerListenerName("x");
        compare(CheckRequest.newBuilder().setAttributes(attributes).build().toByteArray());
    }

    @Test
    void shapes_everyMessage_areThoseOfTheDescriptors() {
        Descriptor context = AttributeContext.getDescriptor();
        List<Descriptor> compared = new ArrayList<>();
        compareShape(MessageShape.PEER, context.findFieldByName("source").getMessageType(), compared);
        compareShape(
                MessageShape.TLS_SESSION, context.findFieldByName("tls_session").getMessageType(), compared);
        compareShape(MessageShape.METADATA, Metadata.getDescriptor(), compared);
        compareShape(MessageShape.TIMESTAMP, Timestamp.getDescriptor(), compared);
        assertThat(compared).hasSizeGreaterThan(10);
    }

    private static void compareShape(MessageShape shape, Descriptor descriptor, List<Descriptor> compared) {
        if (compared.contains(descriptor)) {
            return;
        }
        compared.add(descriptor);
        for (int number = 1; number < 32; number++) {
            FieldDescriptor field = descriptor.findFieldByNumber(number);
            char letter = shape.letterOf(number);
            if (letter == MessageShape.NONE) {
                // One that is not known here is left to the generated classes.
                continue;
            }
            assertThat(field).as("%s %s", descriptor.getFullName(), number).isNotNull();
            switch (letter) {
                case 's' -> assertThat(field.getType()).isEqualTo(FieldDescriptor.Type.STRING);
                case 'b' -> assertThat(field.getType()).isEqualTo(FieldDescriptor.Type.BYTES);
                case '8' -> assertThat(field.getType()).isEqualTo(FieldDescriptor.Type.DOUBLE);
                case 'v' -> assertThat(field.getLiteType().getWireType()).isEqualTo(WireCursor.VARINT);
                default -> compareShape(MessageShape.of(letter), field.getMessageType(), compared);
            }
            boolean message = field.getType() == FieldDescriptor.Type.MESSAGE;
            assertThat(message && MessageShape.of(letter).isRepeated()).isEqualTo(field.isRepeated());
        }
    }

    private void compare(byte[] bytes) {
        Readings.agree(bytes).ifPresent(query -> {
            scanned++;
            queries.add(query);
        });
    }
}
