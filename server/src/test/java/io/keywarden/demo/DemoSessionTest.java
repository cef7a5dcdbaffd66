package io.keywarden.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DemoSessionTest {
    private static final List<String> EXPECTATIONS =
            List.of("200", "401", "401", "403", "OK", "OK", "OK", "OK", "200", "OK");

    @Test
    void lines_everything_eachCommandBelowItsExpectation() {
        List<String> lines = indented(session(true, true, "/project"));

        assertThat(lines).hasSize(2 * EXPECTATIONS.size());
        for (int i = 0; i < EXPECTATIONS.size(); i++) {
            assertThat(lines.get(2 * i)).startsWith("  # " + EXPECTATIONS.get(i) + ": ");
            assertThat(lines.get(2 * i + 1)).matches("  (curl|\\./keywarden|grpcurl) .*");
        }
    }

    @Test
    void lines_curl_asksThisMachineForTheTenantsHost() {
        assertThat(session(true, false, "/project"))
                .contains("  curl -sS -i -w '\\n' --noproxy '*' -H 'Host: acme.localhost' -H 'Authorization: Bearer "
                        + Worlds.TOKEN + "' http://127.0.0.1:10100/v1/orders");
    }

    @Test
    void lines_revocations_ofDifferentTokens() {
        List<String> lines = session(true, true, "/project");

        assertThat(lines)
                .contains("  ./keywarden call TokenService/RevokeToken"
                        + " '{\"name\":\"tenants/acme/tokens/one\",\"reason\":\"UNUSED\"}'")
                .anySatisfy(line -> assertThat(line).startsWith("  grpcurl ").contains("tenants/acme/tokens/two"));
    }

    @Test
    void lines_noEnvoy_nothingThatNeedsIt() {
        assertThat(session(false, true, "/project"))
                .noneMatch(line -> line.contains("10100") || line.contains("10101"))
                .anyMatch(line -> line.startsWith("  ./keywarden call "));
    }

    @Test
    void lines_noGrpcurl_noneOfIt() {
        assertThat(session(true, false, "/project")).noneMatch(line -> line.contains("grpcurl"));
    }

    @Test
    void lines_startedElsewhere_wholePaths() {
        assertThat(session(true, true, "/home"))
                .anyMatch(line -> line.startsWith("  /project/keywarden call "))
                .anyMatch(line -> line.contains("$(cat /project/target/demo/state/bootstrap-token)"));
    }

    private static List<String> session(boolean envoy, boolean grpcurl, String workingFolder) {
        return DemoSession.lines(Worlds.with(envoy, grpcurl), Worlds.startedFrom(workingFolder));
    }

    private static List<String> indented(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("  ")).toList();
    }
}
