package io.keywarden.envoy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.Gateway;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.RawStream;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.envoy.e2e.fixture.StreamUpstream;
import io.keywarden.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** WebSockets and streams of gRPC: checked when they begin, and ended within the time that the shipped routes have. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StreamsIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    /** On a busy machine a stream can be over before its first bytes are through; then there is another try. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final RawRequest WEBSOCKET = RawRequest.get("/v1/orders")
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", "a2V5d2FyZGVuIGluIGZyb250");

    private Deployment deployment;
    private StreamUpstream upstream;
    private Gateway gateway;

    @BeforeAll
    void start() {
        deployment = SHARED.get();
        upstream = StreamUpstream.start();
        gateway = deployment.gatewayWith(
                upstream.port(), file -> file.with("max_stream_duration: 900s", "max_stream_duration: 1s"));
    }

    @AfterAll
    void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void websocket_rightToken_bytesFlowBothWaysUntilItsTimeIsOver() {
        RawRequest request =
                WEBSOCKET.host(Shop.ACME_HOST).bearer(deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS));

        Eventually.within(PATIENCE, () -> {
            long ended = ended();
            try (RawStream socket = gateway.open(request)) {
                assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
                assertThat(said(socket, "one")).isEqualTo("one");
                assertThat(said(socket, "\0\u00ff two")).isEqualTo("\0\u00ff two");
                socket.awaitEnd();
            }
            assertThat(ended()).isGreaterThan(ended);
        });
    }

    @Test
    void websocket_tokenAmongTheSubprotocols_hiddenFromTheUpstream() {
        IssuedToken token = deployment.admin().issue(Shop.PLACES, Shop.READ_ORDERS);

        assertAnswered(
                101,
                WEBSOCKET
                        .host(Shop.PLACES_HOST)
                        .header("Sec-WebSocket-Protocol", "chat, " + Shop.PLACES_SUBPROTOCOL + token.text()));

        assertThat(upstream.heads()).anySatisfy(head -> assertThat(head).contains(token.id()));
        assertThat(upstream.heads())
                .allSatisfy(head -> assertThat(token.runsIn(head)).isEmpty());
    }

    @Test
    void websocket_refused_upstreamSeesNothing() {
        IssuedToken powerless = deployment.admin().issue(Shop.ACME);
        RawRequest request = WEBSOCKET.host(Shop.ACME_HOST).header("X-Note", "to be refused");

        assertAnswered(401, request);
        assertAnswered(401, request.header("Authorization", "Bearer " + powerless.textWithWrongSecret()));
        assertAnswered(403, request.bearer(powerless));

        assertThat(upstream.heads()).noneMatch(head -> head.contains("to be refused"));
    }

    @Test
    void grpcStream_rightToken_endsWhenItsTimeIsOver() {
        RawRequest request = RawRequest.of("POST", "/shop.v1.Orders/Watch")
                .host(Shop.ACME_HOST)
                .header("Content-Type", "application/grpc")
                .header("TE", "trailers")
                .header("Transfer-Encoding", "chunked")
                .bearer(deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS));

        Eventually.within(PATIENCE, () -> {
            long ended = ended();
            try (RawStream stream = gateway.open(request)) {
                assertThat(stream.head()).startsWith("HTTP/1.1 200 ");
                stream.awaitEnd();
            }
            assertThat(ended()).isGreaterThan(ended);
        });
    }

    private long ended() {
        return gateway.stat("http.gateway.downstream_rq_max_duration_reached");
    }

    private void assertAnswered(int status, RawRequest request) {
        Eventually.within(PATIENCE, () -> {
            try (RawStream stream = gateway.open(request)) {
                assertThat(stream.head()).startsWith("HTTP/1.1 " + status + " ");
            }
        });
    }

    private static String said(RawStream socket, String text) throws IOException {
        socket.send(text);
        return socket.receive(text.length());
    }
}
