package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The Admin API with grpcurl, which knows it by reflection alone. Where there is no grpcurl, nothing is asserted; in CI that is
 * a failure.
 */
final class GrpcurlIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final long LIMIT_SECONDS = 30;
    private static final Pattern NAME = Pattern.compile("\"name\": \"(tenants/acme/tokens/[0-9A-Za-z]+)\"");
    private static final Pattern SECRET = Pattern.compile("\"secret\": \"([^\"]+)\"");

    private Deployment deployment;

    @BeforeEach
    void findGrpcurl() {
        boolean there = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "grpcurl")));
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as("grpcurl on PATH, in CI")
                .isTrue();
        if (!there) {
            System.out.println("LEFT OUT: no grpcurl on PATH");
        }
        Assumptions.assumeTrue(there, "no grpcurl on PATH");
        deployment = SHARED.get();
    }

    @Test
    void reflection_withoutAToken_listsTheServices() throws Exception {
        String services = run("list");

        assertThat(services.lines())
                .contains(
                        "grpc.health.v1.Health",
                        "keywarden.admin.v1.CatalogService",
                        "keywarden.admin.v1.TenantService",
                        "keywarden.admin.v1.TokenService");
    }

    @Test
    void token_createdAndRevoked_gatewayFollows() throws Exception {
        String authorization = "authorization: Bearer " + deployment.admin().bootstrapToken();
        String created = run(
                "-H",
                authorization,
                "-d",
                "{\"parent\": \"tenants/acme\", \"token\": {\"displayName\": \"grpcurl\","
                        + " \"grants\": [{\"module\": \"orders\", \"actions\": [\"READ\"]}]}}",
                "keywarden.admin.v1.TokenService/CreateToken");
        IssuedToken token = new IssuedToken(first(NAME, created), first(SECRET, created));
        RawRequest orders = RawRequest.get("/v1/orders").host(Shop.ACME_HOST).bearer(token);
        assertThatAnswer(deployment.gateway().send(orders)).isAllowed();

        String revoked = run(
                "-H",
                authorization,
                "-d",
                "{\"name\": \"" + token.name() + "\", \"reason\": \"UNUSED\"}",
                "keywarden.admin.v1.TokenService/RevokeToken");

        assertThat(revoked).contains("\"REVOKED\"");
        assertThatAnswer(deployment.gateway().send(orders)).isUnauthenticated("REVOKED", "invalid_token");
    }

    /** Calls the admin port, and returns what came; the last argument is what to do there. */
    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("grpcurl", "-plaintext"));
        command.addAll(List.of(arguments).subList(0, arguments.length - 1));
        command.add("127.0.0.1:" + deployment.adminPort());
        command.add(arguments[arguments.length - 1]);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }
}
