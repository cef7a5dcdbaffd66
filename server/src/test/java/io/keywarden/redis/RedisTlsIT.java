package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.process.Ports;
import io.keywarden.redis.RedisSettings.Address;
import io.keywarden.redis.RedisSettings.Location;
import io.keywarden.store.v1.TokenRecord.State;
import io.keywarden.testkit.Consistently;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.SelfSigned;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that speaks TLS: believed where its certificate leads to the given one and is for its name, and not otherwise. */
@NeedsRedis7
class RedisTlsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** Longer than a first connection takes. */
    private static final Duration A_WHILE = Duration.ofSeconds(3);

    @TempDir
    private Path folder;

    private final TrackedWorld world = new TrackedWorld();
    private SelfSigned certificate;
    private int tlsPort;
    private RedisProcess redis;

    @BeforeEach
    void start() throws IOException {
        certificate = SelfSigned.in(folder, "redis.test");
        tlsPort = Ports.free(1).get(0);
        redis = RedisProcess.started(
                "--tls-port", Integer.toString(tlsPort),
                "--tls-cert-file", certificate.certificate().toString(),
                "--tls-key-file", certificate.privateKey().toString(),
                "--tls-ca-cert-file", certificate.certificate().toString(),
                "--tls-auth-clients", "no");
        // By its other port, in plaintext: the hand that writes is not what is tested.
        world.found(redis.port());
    }

    @AfterEach
    void end() {
        world.close();
        redis.close();
    }

    @Test
    void rightCertificate_readsAndIsPushed() {
        world.start(settings("127.0.0.1", certificate));
        awaitState("ACTIVE");
        world.write(redis.port(), 2, State.REVOKED);

        awaitState("REVOKED");
        try (RedisStore store = RedisStore.connect(settings("127.0.0.1", certificate), () -> 1, RedisObserver.NONE)) {
            Eventually.within(LIMIT, () -> assertThat(store.obstacle()).isEmpty());
        }
    }

    @Test
    void certificateOfAnotherAuthority_isNotConnected() throws IOException {
        SelfSigned other = SelfSigned.in(folder, "other.test");

        assertNeverKnown(settings("127.0.0.1", other));
    }

    @Test
    void certificateForAnotherName_isNotConnected() {
        assertNeverKnown(settings("localhost", certificate));
    }

    private void assertNeverKnown(RedisSettings settings) {
        world.start(settings);
        try (RedisStore store = RedisStore.connect(settings, () -> 1, RedisObserver.NONE)) {
            Consistently.during(A_WHILE, () -> {
                assertThat(world.cache.obstacle()).isPresent();
                assertThat(store.obstacle()).isPresent();
            });
        }
        assertThat(redis.command("CLIENT", "LIST")).doesNotContain("name=keywarden");
    }

    private RedisSettings settings(String host, SelfSigned trusted) {
        return new RedisSettings(
                new Location.Standalone(new Address(host, tlsPort, true)),
                Optional.of(trusted.certificate()),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(2),
                RedisSettings.Minimum.REDIS_7_0);
    }

    private void awaitState(String state) {
        Eventually.within(LIMIT, () -> assertThat(world.state()).isEqualTo(state));
    }
}
