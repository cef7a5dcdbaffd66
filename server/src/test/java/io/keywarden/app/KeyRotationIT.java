package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.HttpMatch;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Operation;
import io.keywarden.admin.v1.RevealSecretRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.process.ChildProcess;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rotates every key of an installation with the packaged program, as an operator does: an Admin that checks too, and a process that
 * only checks and has {@code check.keys}, on a real Redis. After each step both are started again, one after the other, and the
 * same token has to be allowed by both, also while only one of them knows the step.
 */
class KeyRotationIT {
    private static final java.time.Duration START = java.time.Duration.ofSeconds(60);
    private static final java.time.Duration MOVED = java.time.Duration.ofMinutes(2);
    private static final String HOST = "api.shop.example";

    @TempDir
    Path folder;

    private final List<ChildProcess> running = new ArrayList<>();
    private ServeProcess both;
    private ServeProcess checks;
    private Path bothConfig = Path.of("");
    private Path checksConfig = Path.of("");
    private Token token = Token.getDefaultInstance();
    private String secret = "";

    @BeforeEach
    void setUp() throws Exception {
        both = new ServeProcess(Files.createDirectory(folder.resolve("both")));
        checks = new ServeProcess(Files.createDirectory(folder.resolve("checks")));
    }

    @AfterEach
    void tearDown() throws Exception {
        both.close();
        checks.close();
    }

    @Test
    void rotation_ofEveryKey_tokenIsAllowedAllAlong() throws Exception {
        try (RedisProcess redis = RedisProcess.durable()) {
            configure(redis.uri());
            restart();
            makeShop();
            assertAllowed();
            rotate(List.of("signing", "sealing"), () -> {});
            assertThat(reveal()).isEqualTo(secret);
            rotate(List.of("pepper", "tag"), () -> {
                giveNewSecret();
                makeNewToken();
            });
            assertThat(reveal()).isEqualTo(secret);
            assertThat(both.run("keys", "list", "--dir", keys()).output())
                    .contains("signing  1  admin.keys: RETIRED, check.keys: RETIRED")
                    .contains("tag      2  admin.keys: ACTIVE, check.keys: ACTIVE");
        }
    }

    /** Two kinds together, since each step takes two starts. */
    private void rotate(List<String> kinds, Runnable afterwards) throws Exception {
        kinds.forEach(kind -> run("keys", "distribute", kind, "--dir", keys()));
        restart();
        kinds.forEach(kind -> run("keys", "activate", kind, "--dir", keys()));
        restart();
        afterwards.run();
        assertAllowed();
        // What Admin moves by itself is moved soon.
        kinds.forEach(kind -> Eventually.within(MOVED, () -> {
            assertAllowed();
            assertThat(retire(kind).output()).contains(kind + " 1 is RETIRED");
        }));
        assertAllowed();
        restart();
    }

    private ServeProcess.Result retire(String kind) {
        return both.run(
                "keys",
                "retire",
                kind,
                "--dir",
                keys(),
                "--address",
                "127.0.0.1:" + both.admin(),
                "--token-file",
                tokenFile().toString());
    }

    private void giveNewSecret() {
        secret = admin(channel -> TokenServiceGrpc.newBlockingStub(channel)
                .rotateToken(RotateTokenRequest.newBuilder()
                        .setName(token.getName())
                        .setGracePeriod(Duration.getDefaultInstance())
                        .build())
                .getPlain()
                .getSecret());
    }

    private void makeNewToken() {
        Token before = token;
        makeToken("young");
        var unused = admin(channel -> TokenServiceGrpc.newBlockingStub(channel)
                .revokeToken(RevokeTokenRequest.newBuilder()
                        .setName(before.getName())
                        .build()));
    }

    private void makeShop() {
        var unused = admin(channel -> {
            var catalogs = CatalogServiceGrpc.newBlockingStub(channel);
            var made = catalogs.createCatalog(
                    CreateCatalogRequest.newBuilder().setCatalogId("shop").build());
            assertThat(made.hasCatalog()).isTrue();
            var module = catalogs.createModule(CreateModuleRequest.newBuilder()
                    .setParent("catalogs/shop")
                    .setModuleId("orders")
                    .setModule(Module.newBuilder()
                            .addOperations(Operation.newBuilder()
                                    .setId("list")
                                    .setAction(Action.READ)
                                    .setHttp(HttpMatch.newBuilder()
                                            .addMethods("GET")
                                            .setPathTemplate("/v1/orders"))))
                    .build());
            assertThat(module.hasModule()).isTrue();
            return TenantServiceGrpc.newBlockingStub(channel)
                    .createTenant(CreateTenantRequest.newBuilder()
                            .setTenantId("acme")
                            .setTenant(Tenant.newBuilder()
                                    .setCatalog("catalogs/shop")
                                    .addHosts(HOST)
                                    .setTokenPolicy(
                                            TokenPolicy.newBuilder().setSecretVisibility(SecretVisibility.RECOVERABLE)))
                            .build());
        });
        makeToken("old");
    }

    private void makeToken(String name) {
        CreateTokenResponse made = admin(channel -> TokenServiceGrpc.newBlockingStub(channel)
                .createToken(CreateTokenRequest.newBuilder()
                        .setParent("tenants/acme")
                        .setToken(Token.newBuilder()
                                .setDisplayName(name)
                                .addGrants(
                                        Grant.newBuilder().setModule("orders").addActions(Action.READ)))
                        .build()));
        token = made.getToken();
        secret = made.getPlain().getSecret();
    }

    private String reveal() {
        return admin(channel -> TokenServiceGrpc.newBlockingStub(channel)
                .revealSecret(RevealSecretRequest.newBuilder()
                        .setName(token.getName())
                        .build())
                .getPlain()
                .getSecret());
    }

    private void configure(String redis) throws IOException {
        bothConfig = both.config(redis, "", "");
        Path config = checks.config(redis, "", "");
        String keys =
                folder.resolve("both").resolve("keys").resolve("check.keys").toString();
        checksConfig = Files.writeString(
                config, "roles: [check]\n" + Files.readString(config).replace("keys/admin.keys", keys));
    }

    /** One after the other; the first time there is no token yet. */
    private void restart() throws Exception {
        if (running.isEmpty()) {
            running.add(both.serve(bothConfig));
            awaitReady(both, "admin");
            running.add(checks.serve(checksConfig));
            awaitReady(checks, "check");
            return;
        }
        running.get(0).stop(START);
        running.set(0, both.serve(bothConfig));
        awaitReady(both, "admin");
        assertAllowed();
        running.get(1).stop(START);
        running.set(1, checks.serve(checksConfig));
        awaitReady(checks, "check");
        assertAllowed();
    }

    private static void awaitReady(ServeProcess process, String role) {
        Eventually.within(
                START,
                () -> assertThat(process.probe("/readyz/" + role).statusCode()).isEqualTo(200));
        Eventually.within(
                START,
                () -> assertThat(process.probe("/readyz/check").statusCode()).isEqualTo(200));
    }

    private void run(String... arguments) {
        ServeProcess.Result result = both.run(arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    private String keys() {
        return folder.resolve("both").resolve("keys").toString();
    }

    private Path tokenFile() {
        return folder.resolve("both").resolve("state").resolve("bootstrap-token");
    }

    private void assertAllowed() {
        for (ServeProcess process : List.of(both, checks)) {
            assertThat(check(process.check()).getStatus().getCode())
                    .as("%s", check(process.check()))
                    .isZero();
        }
    }

    private CheckResponse check(int port) {
        AttributeContext.HttpRequest http = AttributeContext.HttpRequest.newBuilder()
                .setMethod("GET")
                .setHost(HOST)
                .setPath("/v1/orders")
                .putHeaders("authorization", "Bearer " + secret)
                .build();
        return on(
                port,
                channel -> AuthorizationGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(5, TimeUnit.SECONDS)
                        .check(CheckRequest.newBuilder()
                                .setAttributes(AttributeContext.newBuilder()
                                        .setRequest(AttributeContext.Request.newBuilder()
                                                .setHttp(http)))
                                .build()));
    }

    private <T> T admin(Function<Channel, T> call) {
        Metadata headers = new Metadata();
        try {
            headers.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                    "Bearer " + Files.readString(tokenFile()).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return on(
                both.admin(),
                channel -> call.apply(
                        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers))));
    }

    private static <T> T on(int port, Function<Channel, T> call) {
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                        "127.0.0.1", port, InsecureChannelCredentials.create())
                .proxyDetector(address -> null)
                .build();
        try {
            return call.apply(channel);
        } finally {
            channel.shutdownNow();
        }
    }
}
