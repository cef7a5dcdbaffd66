package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.keywarden.check.CheckKeys;
import io.keywarden.check.CheckObserver;
import io.keywarden.check.CheckService;
import io.keywarden.check.CheckSettings;
import io.keywarden.config.HostPort;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.credential.SecretHasher;
import io.keywarden.testkit.FakeCheckReader;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Checks over a real connection, whose thread answers them. */
class CheckConnectionTest {
    private static final int OTHERS = 100;

    private final HmacKeys keys = new HmacKeys(1, Map.of(1, new byte[32]));
    private final FakeCheckReader reader = new FakeCheckReader(new IdTags(keys));
    private final CheckService service = new CheckService(
            new CheckService.Needs(
                    reader,
                    new CheckKeys(new SecretHasher(keys, new SecureRandom()), new OpaqueSecrets(keys)),
                    CheckSettings.DEFAULT,
                    InstantSource.system(),
                    Duration.ofMillis(150)),
            CheckObserver.NONE);

    @Test
    void check_readNeverEnds_othersOnTheConnectionAreAnswered() throws Exception {
        CompletableFuture<Void> late = new CompletableFuture<>();
        NettyServers.Served served =
                new NettyServers.Served("check", 64 * 1024, Runnable::run, builder -> builder.addService(service));
        try (GrpcServer server = NettyServers.tcp(served, new HostPort("127.0.0.1", 0), Optional.empty())) {
            ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                            "127.0.0.1", server.port(), InsecureChannelCredentials.create())
                    .proxyDetector(address -> null)
                    .build();
            try {
                AuthorizationGrpc.AuthorizationFutureStub stub = AuthorizationGrpc.newFutureStub(channel);
                reader.endWith(FakeCheckReader.Read.HOST, late);
                ListenableFuture<CheckResponse> stuck = stub.check(request("stuck.example"));
                // Without a host nothing is read.
                for (int i = 0; i < OTHERS; i++) {
                    CheckResponse other = stub.check(request("")).get(10, TimeUnit.SECONDS);
                    assertThat(other.getStatus().getMessage()).isEqualTo("MISSING_CREDENTIAL");
                }
                assertThat(stuck.isDone()).isFalse();
                assertThat(service.waiting()).isEqualTo(1);
                late.complete(null);
                assertThat(stuck.get(10, TimeUnit.SECONDS).getStatus().getMessage())
                        .isEqualTo("MISSING_CREDENTIAL");
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static CheckRequest request(String host) {
        AttributeContext.HttpRequest http = AttributeContext.HttpRequest.newBuilder()
                .setMethod("GET")
                .setPath("/")
                .setHost(host)
                .build();
        return CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setRequest(AttributeContext.Request.newBuilder().setHttp(http)))
                .build();
    }
}
