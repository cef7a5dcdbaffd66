package io.keywarden.envoyconfig;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.keywarden.envoyconfig.EnvoyConfigInput.AdminRest;
import io.keywarden.envoyconfig.EnvoyConfigInput.Check;
import io.keywarden.envoyconfig.EnvoyConfigInput.EnvoyProcess;
import io.keywarden.envoyconfig.EnvoyConfigInput.Gateway;
import io.keywarden.envoyconfig.EnvoyConfigInput.RateLimit;
import io.keywarden.envoyconfig.EnvoyConfigInput.Upstream;
import io.keywarden.envoyconfig.GrpcEndpoint.TcpEndpoint;
import io.keywarden.testkit.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the rendered configuration does to real requests, with stand-ins for Keywarden and the upstream. */
final class EnvoyAnswersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
    private Server keywarden;
    private EchoUpstream upstream;
    private io.keywarden.testkit.EnvoyProcess envoy;

    @BeforeEach
    void start() throws IOException {
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus("check", ServingStatus.SERVING);
        health.setStatus("admin", ServingStatus.SERVING);
        keywarden = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(health.getHealthService())
                .addService(new StandInCheck())
                .addService(new StandInTokens())
                .build()
                .start();
        upstream = EchoUpstream.start();
        envoy = io.keywarden.testkit.EnvoyProcess.start(EnvoyConfigRenderer.render(input()));
        awaitAnswer();
    }

    @AfterEach
    void stop() {
        envoy.close();
        upstream.close();
        keywarden.shutdownNow();
    }

    @Test
    void gateway_allowedRequest_upstreamSeesKeywardensWordOnly() throws Exception {
        HttpResponse<String> response =
                get("/a", "Authorization", "Bearer good", "X-Keywarden-Tenant", "forged", "X-Original-Url", "/admin");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body().lines())
                .contains("GET /a", "x-keywarden-token-id: t1")
                .noneMatch(line -> line.startsWith("authorization:"))
                .noneMatch(line -> line.startsWith("x-keywarden-tenant:"))
                .noneMatch(line -> line.startsWith("x-original-url:"));
    }

    @Test
    void gateway_credentialInAHeaderThatTheConfigurationDoesNotName_500AndNotPassedOn() throws Exception {
        HttpResponse<String> response = get("/a", "Authorization", "Bearer elsewhere", "X-Elsewhere", "secret");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).doesNotContain("GET /a");
    }

    @Test
    void gateway_deniedRequest_answeredByTheCheck() throws Exception {
        HttpResponse<String> response = get("/a", "Authorization", "Bearer bad");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("www-authenticate")).hasValue("Bearer");
    }

    @Test
    void gateway_sixtyKilobytesOfHeaders_pass() throws Exception {
        assertThat(get("/a", "Authorization", "Bearer good", "X-Big", "a".repeat(60 * 1024))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void gateway_moreHeadersThanTheLimit_431() throws Exception {
        assertThat(get("/a", "Authorization", "Bearer good", "X-Big", "a".repeat(70 * 1024))
                        .statusCode())
                .isEqualTo(431);
    }

    @Test
    void gateway_checkServerGone_503AndCountedAsError() throws Exception {
        keywarden.shutdownNow().awaitTermination();

        assertThat(get("/a", "Authorization", "Bearer good").statusCode()).isEqualTo(503);
        assertThat(envoy.stat("http.gateway.ext_authz.keywarden.error")).isPositive();
        assertThat(envoy.stat("http.gateway.ext_authz.keywarden.failure_mode_allowed"))
                .isZero();
    }

    /** Each try is over before its second is: the bucket of one token is empty, and that of the other is not. */
    @Test
    void gateway_moreRequestsOfATokenThanItsPriorityMayMake_429AndTheOtherTokenGoesOn() throws Exception {
        Eventually.within(PATIENCE, () -> {
            assertThat(get("/a", "Authorization", "Bearer low-1").statusCode()).isEqualTo(429);
            assertThat(get("/a", "Authorization", "Bearer low-2").statusCode()).isEqualTo(200);
        });
        for (int i = 0; i < 10; i++) {
            assertThat(get("/a", "Authorization", "Bearer good").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void gateway_accessLog_holdsTheDecisionAndNoSecret() throws Exception {
        assertThat(get("/logged?key=hidden", "Authorization", "Bearer hidden").statusCode())
                .isEqualTo(401);

        Eventually.within(
                PATIENCE,
                () -> assertThat(envoy.log().lines())
                        .anyMatch(line ->
                                line.contains("\"path\":\"/logged\"") && line.contains("\"decision\":\"DENY\"")));
        assertThat(envoy.log()).doesNotContain("hidden");
    }

    @Test
    void adminRest_failure_isTheStatusWithItsDetails() throws Exception {
        HttpResponse<String> response = send(envoy.listener("admin_rest"), "/v1/tenants/acme/tokens/none");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body()).contains("\"code\":5", "google.rpc.ErrorInfo", "\"reason\":\"TOKEN_NOT_FOUND\"");
    }

    @Test
    void adminRest_pathOfNoMethod_isAStatusToo() throws Exception {
        HttpResponse<String> response = send(envoy.listener("admin_rest"), "/v1/nonsense");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("\"code\":5", "/v1/nonsense");
    }

    @Test
    void adminRest_unknownQueryParameter_refused() throws Exception {
        HttpResponse<String> response = send(envoy.listener("admin_rest"), "/v1/tenants/acme/tokens?nonsense=1");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"code\":3", "nonsense");
    }

    private void awaitAnswer() {
        Eventually.within(
                PATIENCE,
                () -> assertThat(get("/", "Authorization", "Bearer good").statusCode())
                        .isEqualTo(200));
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(envoy.listener("gateway"), path, headers);
    }

    private HttpResponse<String> send(String address, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private EnvoyConfigInput input() {
        TcpEndpoint server = new TcpEndpoint(new HostPort("127.0.0.1", keywarden.getPort()), Optional.empty());
        // A cold JVM on a busy machine may need longer for its first answer than the shipped limit.
        Check check = new Check(server, Duration.ofSeconds(2));
        ProtoDescriptor descriptor =
                new ProtoDescriptor.Inline(AdminApi.descriptorSet().toByteString());
        return new EnvoyConfigInput(
                Gateway.at(ANY_PORT, List.of("authorization"))
                        .withRateLimits(List.of(new RateLimit("low", 2), new RateLimit("high", 1))),
                check,
                new Upstream(
                        new HostPort("127.0.0.1", upstream.port()),
                        Upstream.Protocol.HTTP1,
                        Upstream.DEFAULT_TIMEOUT,
                        Upstream.DEFAULT_MAX_STREAM_DURATION),
                Optional.of(new AdminRest(ANY_PORT, server, descriptor, AdminApi.services())),
                new EnvoyProcess("test", ANY_PORT));
    }
}
