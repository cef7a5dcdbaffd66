package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.CheckClient;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.testkit.Consistently;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis goes away and comes back under a running gateway, with the limits that we ship. */
@NeedsRedis7
final class OutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BACK_WITHIN = Duration.ofSeconds(2);
    private static final Duration OUTAGE = Duration.ofSeconds(2);

    private static Deployment deployment;
    private static CheckClient check;
    private static IssuedToken token;

    @BeforeAll
    static void start() {
        deployment = Deployment.overTcpWithShippedLimits();
        check = new CheckClient(deployment.checkPort());
        token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
    }

    @AfterAll
    static void stop() {
        check.close();
        deployment.close();
    }

    @BeforeEach
    void works() {
        Eventually.within(PATIENCE, () -> assertThatAnswer(send()).isAllowed());
    }

    @Test
    void redisKilled_clientsAreTold_andEnvoyCountsErrors() {
        long deniedBefore = deployment.gateway().counted("denied");
        long errorsBefore = deployment.gateway().counted("error");
        deployment.redis().kill();
        try {
            awaitTheEndOfTheLease();
            Consistently.during(OUTAGE, () -> assertThat(send().status()).isEqualTo(503));
            Eventually.within(
                    PATIENCE,
                    () -> assertThatAnswer(send())
                            .isUntold("STORE_UNAVAILABLE")
                            .isLoggedAs("ERROR", "STORE_UNAVAILABLE"));

            assertThat(check.health()).isEqualTo(ServingStatus.SERVING);
            assertThat(deployment.gateway().stat("cluster.keywarden_check.membership_healthy"))
                    .isEqualTo(1);
            assertThat(deployment.gateway().counted("denied")).isEqualTo(deniedBefore);
            assertThat(deployment.gateway().counted("error")).isGreaterThan(errorsBefore);
            assertThat(deployment.gateway().counted("failure_mode_allowed")).isZero();
        } finally {
            deployment.redis().restart();
        }
    }

    @Test
    void redisBack_sameTokenAllowed_withinTwoSecondsAndNoRestart() {
        long pid = deployment.keywarden().pid();
        deployment.redis().kill();
        awaitTheEndOfTheLease();
        Consistently.during(OUTAGE, () -> assertThat(send().status()).isEqualTo(503));

        // Returns with the first PONG.
        deployment.redis().restart();

        Eventually.within(BACK_WITHIN, () -> assertThatAnswer(send()).isAllowed());
        assertThat(deployment.keywarden().isAlive()).isTrue();
        assertThat(deployment.keywarden().pid()).isEqualTo(pid);
    }

    @Test
    void redisHangs_clientsAreToldInTime_andGoOnAfterwards() throws Exception {
        signal("STOP");
        try {
            // Keywarden's limit ends before Envoy's, so its word gets through, unless the machine is too busy for once.
            Eventually.within(PATIENCE, () -> {
                Answer answer = send();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(Long.parseLong(answer.logged().get("duration_ms"))).isLessThan(250);
            });
            Consistently.during(OUTAGE, () -> assertThat(send().status()).isEqualTo(503));
            assertThat(check.health()).isEqualTo(ServingStatus.SERVING);
        } finally {
            signal("CONT");
        }

        Eventually.within(PATIENCE, () -> assertThatAnswer(send()).isAllowed());
    }

    /** What is known is gone by until then. */
    private static void awaitTheEndOfTheLease() {
        Eventually.within(PATIENCE, () -> assertThat(send().status()).isEqualTo(503));
    }

    private static Answer send() {
        return deployment
                .gateway()
                .send(RawRequest.get("/v1/orders").host(Shop.ACME_HOST).bearer(token));
    }

    private static void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder(
                        "kill", "-" + name, Long.toString(deployment.redis().pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }
}
