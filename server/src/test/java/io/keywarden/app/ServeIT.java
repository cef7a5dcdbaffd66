package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.keywarden.process.ChildProcess;
import io.keywarden.process.Ports;
import io.keywarden.testkit.CountryFile;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.SelfSigned;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program, started as an operator starts it. */
class ServeIT {
    private static final Duration START = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private ServeProcess keywarden;

    @BeforeEach
    void setUp() throws Exception {
        keywarden = new ServeProcess(folder);
    }

    @AfterEach
    void tearDown() throws Exception {
        keywarden.close();
    }

    @Test
    void serve_redisComesLater_isAliveThenReadyThenServes() throws Exception {
        try (RedisProcess redis = RedisProcess.durable()) {
            redis.kill();
            ChildProcess server = keywarden.serve(keywarden.config(redis.uri(), "", ""));
            Eventually.within(
                    START,
                    () -> assertThat(keywarden.probe("/livez").statusCode()).isEqualTo(200));
            assertThat(keywarden.probe("/readyz/check").statusCode()).isEqualTo(503);
            assertThat(keywarden.probe("/readyz/check").body()).contains("\"redis\":false");
            Eventually.within(
                    START, () -> assertThat(health(keywarden.check(), "check")).isEqualTo(ServingStatus.NOT_SERVING));

            redis.restart();
            awaitReady();
            Eventually.within(
                    START, () -> assertThat(health(keywarden.check(), "")).isEqualTo(ServingStatus.SERVING));
            assertThat(health(keywarden.admin(), "admin")).isEqualTo(ServingStatus.SERVING);
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("state/bootstrap-token"))))
                    .isEqualTo("rw-------");
            assertThat(keywarden.probe("/metrics").body()).contains("keywarden_checks_total");

            redis.kill();
            Eventually.within(
                    START,
                    () -> assertThat(keywarden.probe("/readyz/check").statusCode())
                            .isEqualTo(503));
            assertThat(health(keywarden.check(), "check")).isEqualTo(ServingStatus.SERVING);
            assertThat(check(keywarden.check()).getDeniedResponse().getStatus().getCodeValue())
                    .isEqualTo(503);
            assertThat(server.isAlive()).isTrue();

            redis.restart();
            awaitReady();
            assertThat(check(keywarden.check()).getDeniedResponse().getStatus().getCodeValue())
                    .isEqualTo(401);
        }
    }

    @Test
    void serve_term_endsByItselfAndTakesItsSocketAlong() throws Exception {
        Path sockets = Files.createTempDirectory("kw");
        try (RedisProcess redis = RedisProcess.inMemory()) {
            Path socket = sockets.resolve("s");
            ChildProcess server = keywarden.serve(keywarden.config(redis.uri(), ", socket: " + socket, ""));
            awaitReady();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-rw----");

            int exit = server.stop(Duration.ofSeconds(20));

            assertThat(exit).isEqualTo(128 + 15);
            assertThat(Files.readString(server.log())).contains("stopping").contains("stopped");
            assertThat(socket).doesNotExist();
        } finally {
            Files.deleteIfExists(sockets);
        }
    }

    @Test
    void serve_redisWithoutFileAndNoDemo_endsAndSaysWhatWasExpected() throws Exception {
        try (RedisProcess redis = RedisProcess.inMemory()) {
            Path config = keywarden.config(redis.uri(), "", "");
            Files.writeString(config, Files.readString(config).replace(", durability: demo", ""));

            ServeProcess.Result ended = keywarden.run("serve", "--config", config.toString());

            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.output()).contains("appendonly yes").contains("admin.durability: demo");
            assertThat(folder.resolve("state/bootstrap-token")).doesNotExist();
        }
    }

    @Test
    void serve_countriesOfIpv4Only_endsAndSaysWhatWasExpected() throws Exception {
        Path countries = CountryFile.ofIpv4Only().flat("192.0.2.0/24", "AQ").writeTo(folder.resolve("countries.mmdb"));
        Path config = keywarden.config("redis://127.0.0.1:1", ", countries: {database: countries.mmdb}", "");

        ServeProcess.Result ended = keywarden.run("serve", "--config", config.toString());

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.output())
                .contains("check.countries.database: " + countries + " holds IPv4 addresses only (expected: ");
    }

    @Test
    void serve_countriesAreReplaced_showsWhenTheyWereBuilt() throws Exception {
        Path countries = folder.resolve("countries.mmdb");
        CountryFile.builtAt(Instant.ofEpochSecond(1_700_000_000))
                .flat("192.0.2.0/24", "AQ")
                .writeTo(countries);
        keywarden.serve(keywarden.config("redis://127.0.0.1:1", ", countries: {database: countries.mmdb}", ""));
        Eventually.within(
                START,
                () -> assertThat(keywarden.probe("/metrics").body())
                        .contains("keywarden_country_database_build_timestamp_seconds 1.7E9"));

        Files.writeString(countries, "half of a download");
        Eventually.within(
                START,
                () -> assertThat(keywarden.probe("/metrics").body())
                        .contains("keywarden_country_database_reloads_total{outcome=\"failed\"} 1.0")
                        .contains("keywarden_country_database_build_timestamp_seconds 1.7E9"));

        CountryFile.builtAt(Instant.ofEpochSecond(1_800_000_000))
                .flat("192.0.2.0/24", "AQ")
                .writeTo(countries);
        Eventually.within(
                START,
                () -> assertThat(keywarden.probe("/metrics").body())
                        .contains("keywarden_country_database_reloads_total{outcome=\"loaded\"} 1.0")
                        .contains("keywarden_country_database_build_timestamp_seconds 1.8E9"));
    }

    @Test
    void serve_afterKill_replacesTheSocketThatWasLeft() throws Exception {
        Path sockets = Files.createTempDirectory("kw");
        try (RedisProcess redis = RedisProcess.inMemory()) {
            Path socket = sockets.resolve("s");
            Path config = keywarden.config(redis.uri(), ", socket: " + socket, "");
            ChildProcess first = keywarden.serve(config);
            awaitReady();
            first.kill();
            assertThat(socket).exists();

            ChildProcess second = keywarden.serve(config);
            awaitReady();

            assertThat(second.stop(Duration.ofSeconds(20))).isEqualTo(128 + 15);
        } finally {
            Files.deleteIfExists(sockets.resolve("s"));
            Files.deleteIfExists(sockets);
        }
    }

    @Test
    void serve_tls_isSpokenByBothRolesAndNothingElseIs() throws Exception {
        SelfSigned identity = SelfSigned.in(folder, "localhost");
        Files.setPosixFilePermissions(identity.privateKey(), PosixFilePermissions.fromString("rw-------"));
        String tls = ", tls: {certificate: " + identity.certificate() + ", private_key: " + identity.privateKey() + "}";
        try (RedisProcess redis = RedisProcess.inMemory()) {
            keywarden.serve(keywarden.config(redis.uri(), tls, tls));
            awaitReady();

            var trusting = TlsChannelCredentials.newBuilder()
                    .trustManager(identity.certificate().toFile())
                    .build();
            Eventually.within(
                    START,
                    () -> assertThat(ServeProcess.health(keywarden.check(), "check", trusting))
                            .isEqualTo(ServingStatus.SERVING));
            assertThat(ServeProcess.health(keywarden.admin(), "admin", trusting))
                    .isEqualTo(ServingStatus.SERVING);
            assertThatThrownBy(() -> health(keywarden.check(), "check")).isInstanceOf(StatusRuntimeException.class);

            ServeProcess.Result plaintext =
                    keywarden.run("call", "TenantService/ListTenants", "--address", "127.0.0.1:" + keywarden.admin());
            assertThat(plaintext.exitCode()).isEqualTo(1);
            assertThat(plaintext.output()).contains("does it want TLS: --ca FILE?");
            ServeProcess.Result encrypted = keywarden.run(
                    "call",
                    "TenantService/ListTenants",
                    "--address",
                    "localhost:" + keywarden.admin(),
                    "--ca",
                    identity.certificate().toString(),
                    "--token-file",
                    folder.resolve("state/bootstrap-token").toString());
            assertThat(encrypted.output()).isEqualToIgnoringWhitespace("{}");
        }
    }

    @Test
    void call_tlsToPlaintextPortAndNoToken_sayWhatToDo() throws Exception {
        SelfSigned identity = SelfSigned.in(folder, "localhost");
        try (RedisProcess redis = RedisProcess.inMemory()) {
            keywarden.serve(keywarden.config(redis.uri(), "", ""));
            awaitReady();
            String address = "127.0.0.1:" + keywarden.admin();

            ServeProcess.Result tls = keywarden.run(
                    "call",
                    "TenantService/ListTenants",
                    "--address",
                    address,
                    "--ca",
                    identity.certificate().toString());
            assertThat(tls.exitCode()).isEqualTo(1);
            assertThat(tls.output()).contains("over TLS (is it running, and does it speak TLS?)");

            ServeProcess.Result noToken = keywarden.run("call", "TenantService/ListTenants", "--address", address);
            assertThat(noToken.exitCode()).isEqualTo(1);
            assertThat(noToken.output())
                    .contains("UNAUTHENTICATED (MISSING_CREDENTIAL)")
                    .contains("no token was sent (expected: --token-file FILE");
        }
    }

    @Test
    void serve_portTaken_saysByWhom() throws Exception {
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), keywarden.admin()));

            ServeProcess.Result result = keywarden.run(
                    "serve",
                    "--config",
                    keywarden.config("redis://127.0.0.1:1", "", "").toString());

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.output())
                    .contains("admin.listen: 127.0.0.1:" + keywarden.admin() + " is taken by process "
                            + ProcessHandle.current().pid())
                    .doesNotContain("\tat ");
            assertThat(Ports.isFree(keywarden.metrics())).isTrue();
        }
    }

    @Test
    void serve_typoInConfig_endsWithTheLine() throws Exception {
        Path config = keywarden.config("redis://127.0.0.1:1", ", sokket: x", "");

        ServeProcess.Result result = keywarden.run("serve", "--config", config.toString());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output())
                .isEqualToIgnoringNewLines(config + ":1: check.sokket: no such key (did you mean check.socket?)");
    }

    @Test
    void serve_keysReadableByAll_endsWithChmod() throws Exception {
        Path keys = folder.resolve("keys/admin.keys");
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));

        ServeProcess.Result result = keywarden.run(
                "serve",
                "--config",
                keywarden.config("redis://127.0.0.1:1", "", "").toString());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output()).contains("keys.file").contains("chmod 600 " + keys);
    }

    private void awaitReady() {
        Eventually.within(START, () -> {
            assertThat(keywarden.probe("/readyz/check").body()).contains("\"ready\":true");
            assertThat(keywarden.probe("/readyz/admin").statusCode()).isEqualTo(200);
        });
    }

    private static ServingStatus health(int port, String role) {
        return ServeProcess.health(port, role, InsecureChannelCredentials.create());
    }

    private static CheckResponse check(int port) {
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                        "127.0.0.1", port, InsecureChannelCredentials.create())
                .proxyDetector(address -> null)
                .build();
        try {
            AttributeContext.HttpRequest http = AttributeContext.HttpRequest.newBuilder()
                    .setMethod("GET")
                    .setHost("nobody.example")
                    .setPath("/")
                    .build();
            return AuthorizationGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(5, TimeUnit.SECONDS)
                    .check(CheckRequest.newBuilder()
                            .setAttributes(AttributeContext.newBuilder()
                                    .setRequest(AttributeContext.Request.newBuilder()
                                            .setHttp(http)))
                            .build());
        } finally {
            channel.shutdownNow();
        }
    }
}
