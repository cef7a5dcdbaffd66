package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.InsecureChannelCredentials;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.keywarden.config.HostPort;
import io.keywarden.config.Role;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoleHealthTest {
    private final RoleHealth health = new RoleHealth(EnumSet.allOf(Role.class));
    private GrpcServer server;

    @BeforeEach
    void setUp() {
        server = NettyServers.tcp(
                new NettyServers.Served("check", 1024, Runnable::run, builder -> builder.addService(health.service())),
                new HostPort("127.0.0.1", 0),
                Optional.empty());
    }

    @AfterEach
    void tearDown() {
        server.close();
    }

    @Test
    void serving_oneOfTwoRoles_isNotTheWhole() {
        assertThat(status("check")).isEqualTo(ServingStatus.NOT_SERVING);

        assertThat(health.serving(Role.CHECK)).isTrue();
        assertThat(health.serving(Role.CHECK)).isFalse();

        assertThat(status("check")).isEqualTo(ServingStatus.SERVING);
        assertThat(status("admin")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(status("")).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void serving_allRoles_isTheWholeUntilStopped() {
        health.serving(Role.CHECK);
        health.serving(Role.ADMIN);
        assertThat(status("")).isEqualTo(ServingStatus.SERVING);

        health.stop();
        health.serving(Role.CHECK);

        assertThat(status("")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(status("check")).isEqualTo(ServingStatus.NOT_SERVING);
    }

    private ServingStatus status(String role) {
        return ServeProcess.health(server.port(), role, InsecureChannelCredentials.create());
    }
}
