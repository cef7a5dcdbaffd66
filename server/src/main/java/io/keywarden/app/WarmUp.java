package io.keywarden.app;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.keywarden.check.CheckService;
import io.keywarden.config.HostPort;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.TokenText;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Runs checks of a token that does not exist through a real connection and the real store, so that the code is loaded and
 * compiled before the first caller comes, who waits 250 ms at most. The connection is one of its own on loopback: the real
 * listener may want a certificate. Its checks are not counted.
 */
final class WarmUp implements StoreWatch.Step {
    private static final int CHECKS = 400;
    private static final Duration LONGEST = Duration.ofSeconds(3);
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final String HOST = "warm-up.invalid";

    private final CheckService service;
    private final IdTags tags;
    private final Executor executor;
    private final SecureRandom random;

    /**
     * Takes what it runs.
     *
     * @param service one that counts nothing
     * @param executor where calls run, as on the real listener
     */
    WarmUp(CheckService service, IdTags tags, Executor executor, SecureRandom random) {
        this.service = service;
        this.tags = tags;
        this.executor = executor;
        this.random = random;
    }

    @Override
    public boolean needsMarker() {
        return true;
    }

    /** Done when the checks were answered, with a deny each. */
    @Override
    public boolean attempt() throws Exception {
        NettyServers.Served served =
                new NettyServers.Served("warm-up", MAX_MESSAGE_BYTES, executor, builder -> builder.addService(service));
        try (GrpcServer server = NettyServers.tcp(served, new HostPort("127.0.0.1", 0), Optional.empty())) {
            ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                            "127.0.0.1", server.port(), InsecureChannelCredentials.create())
                    .proxyDetector(address -> null)
                    .build();
            try {
                return run(AuthorizationGrpc.newBlockingStub(channel));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private boolean run(AuthorizationGrpc.AuthorizationBlockingStub stub) {
        CheckRequest request = request();
        long end = System.nanoTime() + LONGEST.toNanos();
        boolean denied = false;
        for (int i = 0; i < CHECKS && System.nanoTime() - end < 0; i++) {
            CheckResponse answer = stub.withDeadlineAfter(LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                    .check(request);
            denied = answer.getStatus().getCode() == Status.Code.UNAUTHENTICATED.value();
            if (!denied) {
                return false;
            }
        }
        return denied;
    }

    private CheckRequest request() {
        TokenId unknown = tags.issue(SlotTag.random(random), random);
        String token = TokenText.format("warm", unknown, TokenSecret.random(random));
        AttributeContext.HttpRequest http = AttributeContext.HttpRequest.newBuilder()
                .setMethod("GET")
                .setHost(HOST)
                .setPath("/")
                .putHeaders(":authority", HOST)
                .putHeaders(":method", "GET")
                .putHeaders(":path", "/")
                .putHeaders("authorization", "Bearer " + token)
                .build();
        return CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setRequest(AttributeContext.Request.newBuilder().setHttp(http)))
                .build();
    }
}
