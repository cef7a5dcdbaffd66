package io.keywarden.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.telemetry.Readiness.Component;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpProbesTest {
    private final Readiness readiness =
            new Readiness(Map.of("check", Set.of(Component.REDIS, Component.WARM), "admin", Set.of(Component.REDIS)));
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private HttpProbes probes;

    @BeforeEach
    void setUp() throws IOException {
        probes = HttpProbes.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), threads, readiness, () -> "metric 1\n");
    }

    @AfterEach
    void tearDown() {
        probes.close();
        threads.shutdownNow();
    }

    @Test
    void livez_withoutRedis_isOk() throws Exception {
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void readyz_componentMissing_namesItWith503() throws Exception {
        readiness.set(Component.REDIS, true);

        HttpResponse<String> answer = get("/readyz/check");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"role\":\"check\",\"ready\":false,\"components\":{\"redis\":true,\"warm\":false}}\n");
    }

    @Test
    void readyz_allThere_isOkUntilOneGoes() throws Exception {
        readiness.set(Component.REDIS, true);
        assertThat(get("/readyz/admin").statusCode()).isEqualTo(200);

        readiness.set(Component.REDIS, false);
        assertThat(get("/readyz/admin").statusCode()).isEqualTo(503);
    }

    @Test
    void readyz_roleOfAnotherProcess_isNotFound() throws Exception {
        assertThat(get("/readyz/xds").statusCode()).isEqualTo(404);
        assertThat(get("/readyz").statusCode()).isEqualTo(404);
    }

    @Test
    void metrics_get_isPrometheusText() throws Exception {
        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.body()).isEqualTo("metric 1\n");
        assertThat(answer.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    }

    @Test
    void otherPath_get_isNotFoundWithAHint() throws Exception {
        HttpResponse<String> answer = get("/x");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("/metrics, /livez, /readyz/admin, /readyz/check");
    }

    @Test
    void livez_post_isNotAllowed() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/livez"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build();

        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + probes.port() + path);
    }
}
