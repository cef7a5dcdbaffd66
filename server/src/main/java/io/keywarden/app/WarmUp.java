package io.keywarden.app;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.keywarden.check.CheckService;
import io.keywarden.config.HostPort;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.Decision;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

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
    private final AtomicInteger denied = new AtomicInteger();
    private final AtomicInteger otherwise = new AtomicInteger();

    /**
     * Takes what it runs.
     *
     * @param needs what checks are answered with
     * @param tags makes the id of a token that does not exist
     * @param executor where calls run, as on the real listener
     */
    WarmUp(CheckService.Needs needs, IdTags tags, Executor executor, SecureRandom random) {
        this.service = new CheckService(
                needs, (decision, nanos, tenant) -> counter(decision).incrementAndGet());
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
        otherwise.set(0);
        long end = System.nanoTime() + LONGEST.toNanos();
        for (int i = 0; i < CHECKS && otherwise.get() == 0 && System.nanoTime() - end < 0; i++) {
            var unused = stub.withDeadlineAfter(LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                    .check(request);
        }
        return denied.get() > 0 && otherwise.get() == 0;
    }

    private AtomicInteger counter(Decision decision) {
        return decision.fold(allow -> otherwise, deny -> denied, unknown -> otherwise);
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
