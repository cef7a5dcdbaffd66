package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.RotationPolicy;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.WatchSecretResponse;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.KeywardenProcess;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.Replica;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.envoy.e2e.fixture.SpareAdmin;
import io.keywarden.envoy.requirements.Requirement;
import io.keywarden.envoy.requirements.Requirement.Side;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets are replaced by themselves while who uses them is down, and while the Admin that does it is killed. */
@NeedsRedis7
final class AutomaticRefreshIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final RawRequest LIST = RawRequest.get("/v1/orders").host(Shop.ACME_HOST);

    @TempDir
    private Path folder = Path.of("");

    @Test
    @Requirement(
            value = 26,
            side = {Side.ALLOWS, Side.REFUSES})
    void consumer_downForTwoRotationsAndAKilledAdmin_comesBackWithoutAnybodysHelp() throws IOException {
        SelfSigned own = SelfSigned.in(folder, "consumer.example");
        Files.setPosixFilePermissions(own.privateKey(), PosixFilePermissions.fromString("rw-------"));
        try (Deployment deployment = Deployment.overTcp();
                Replica replica = deployment.replica(deployment.checkKeys())) {
            IssuedToken token = issueRotated(deployment);
            assertThatAnswer(replica.gateway().send(LIST.bearer(token))).isAllowed();
            try (SpareAdmin second = deployment.spareAdmin(own, token);
                    SpareAdmin third = deployment.spareAdmin(own, token)) {
                rotate(deployment, token, 2);
                KeywardenProcess leader = Stream.of(deployment.keywarden(), second.keywarden(), third.keywarden())
                        .filter(AutomaticRefreshIT::hasRotated)
                        .findFirst()
                        .orElseThrow();
                leader.kill();
                rotate(deployment, token, 3);
                // Made, and rotated twice.
                assertThat(deployment
                                .records()
                                .read(deployment.records().of(token))
                                .getEventCount())
                        .isEqualTo(3);

                Eventually.within(
                        PATIENCE,
                        () -> assertThatAnswer(replica.gateway().send(LIST.bearer(token)))
                                .isUnauthenticated("SECRET_ROTATED", "invalid_token"));
                SpareAdmin alive = second.keywarden().isAlive() ? second : third;
                WatchSecretResponse told = alive.nextSecret(token, 1);
                assertThat(told.getSecretNumber()).isEqualTo(3);
                IssuedToken fresh =
                        new IssuedToken(token.name(), told.getPlain().getSecret());
                assertThatAnswer(replica.gateway().send(LIST.bearer(fresh))).isAllowed();
            }
        }
    }

    private static IssuedToken issueRotated(Deployment deployment) {
        var unused = deployment
                .admin()
                .tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder()
                                .setName("tenants/" + Shop.ACME)
                                .setTokenPolicy(
                                        TokenPolicy.newBuilder().setSecretVisibility(SecretVisibility.RECOVERABLE)))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("token_policy.secret_visibility"))
                        .setWait(false)
                        .build());
        return deployment
                .admin()
                .issue(
                        Shop.ACME,
                        Token.newBuilder()
                                .addAllGrants(List.of(Shop.READ_ORDERS))
                                .setRotationPolicy(RotationPolicy.newBuilder()
                                        .setPeriod(Durations.fromMinutes(5))
                                        .setGracePeriod(Durations.fromSeconds(1))));
    }

    /** Lets a period pass, and waits until somebody has made the secret of that number. */
    private static void rotate(Deployment deployment, IssuedToken token, int number) {
        deployment.records().letRotationBeDue(token);
        Eventually.within(
                PATIENCE,
                () -> assertThat(deployment.records().token(token).getSecrets(0).getNumber())
                        .isEqualTo(number));
    }

    private static boolean hasRotated(KeywardenProcess admin) {
        return admin.metrics()
                .lines()
                .filter(line -> line.startsWith("keywarden_rotations_total") && line.contains("rotated"))
                .anyMatch(line -> !line.endsWith(" 0.0") && !line.endsWith(" 0"));
    }
}
