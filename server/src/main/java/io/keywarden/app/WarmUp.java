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
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs checks through a real connection, so that the code is loaded and compiled before the first caller comes, who waits
 * 250 ms at most: some of a token that does not exist, which read from the real store, and more of one that exists only
 * here, which are allowed. The connection is one of its own on loopback: the real listener may want a certificate. Its
 * checks are not counted.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int DENIED = 20;
    private static final int ALLOWED = 400;
    /** Enough on a slow machine: what is compiled by then is compiled. */
    private static final Duration LONG_ENOUGH = Duration.ofMillis(500);

    private static final Duration LONGEST = Duration.ofSeconds(3);
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;

    private final CheckService service;
    private final IdTags tags;
    private final Executor executor;
    private final SecureRandom random;
    private final TokenId known;
    private final TokenSecret secret;
    private final AtomicInteger allowed = new AtomicInteger();
    private final AtomicInteger denied = new AtomicInteger();
    private final AtomicInteger untold = new AtomicInteger();

    /**
     * Takes what it runs.
     *
     * @param needs what checks are answered with
     * @param tags makes token ids
     * @param executor where calls run, as on the real listener
     */
    WarmUp(CheckService.Needs needs, IdTags tags, Executor executor, SecureRandom random) {
        this.tags = tags;
        this.executor = executor;
        this.random = random;
        this.known = tags.issue(SlotTag.random(random), random);
        this.secret = TokenSecret.random(random);
        CheckService.Needs own = new CheckService.Needs(
                WarmUpReader.of(needs.reader(), needs.hasher(), known, secret, random),
                needs.hasher(),
                needs.clock(),
                needs.readLimit());
        this.service = new CheckService(
                own, (decision, nanos, tenant) -> counter(decision).incrementAndGet());
    }

    /** Lets checks be allowed from memory: the code is loaded and compiled, while Redis is still being connected to. */
    StoreWatch.Step code() {
        return new Part(false, stub -> {
            allowed.set(0);
            untold.set(0);
            ask(stub, request(WarmUpReader.SOURCE, known), ALLOWED, System.nanoTime() + LONG_ENOUGH.toNanos());
            LOG.info("warmed_up checks={}", allowed.get());
            return allowed.get() > 0 && untold.get() == 0;
        });
    }

    /** Lets checks of a token that is not there be denied: they go all the way to Redis. */
    StoreWatch.Step path() {
        return new Part(true, stub -> {
            denied.set(0);
            untold.set(0);
            TokenId unknown = tags.issue(SlotTag.random(random), random);
            ask(stub, request("192.0.2.1", unknown), DENIED, System.nanoTime() + LONGEST.toNanos());
            return denied.get() > 0 && untold.get() == 0;
        });
    }

    /** One of the two; done when its checks were answered as they should be. */
    private final class Part implements StoreWatch.Step {
        private final boolean needsMarker;
        private final Predicate<AuthorizationGrpc.AuthorizationBlockingStub> asking;

        private Part(boolean needsMarker, Predicate<AuthorizationGrpc.AuthorizationBlockingStub> asking) {
            this.needsMarker = needsMarker;
            this.asking = asking;
        }

        @Override
        public boolean needsMarker() {
            return needsMarker;
        }

        @Override
        public boolean attempt() throws Exception {
            NettyServers.Served served = new NettyServers.Served(
                    "warm-up", MAX_MESSAGE_BYTES, executor, builder -> builder.addService(service));
            try (GrpcServer server = NettyServers.tcp(served, new HostPort("127.0.0.1", 0), Optional.empty())) {
                ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                                "127.0.0.1", server.port(), InsecureChannelCredentials.create())
                        .proxyDetector(address -> null)
                        .build();
                try {
                    return asking.test(AuthorizationGrpc.newBlockingStub(channel));
                } finally {
                    channel.shutdownNow();
                }
            }
        }
    }

    /** Asks so many times, but no longer than until {@code end}, and no more once it cannot be told. */
    private void ask(AuthorizationGrpc.AuthorizationBlockingStub stub, CheckRequest request, int times, long end) {
        for (int i = 0; i < times && untold.get() == 0 && (i == 0 || System.nanoTime() - end < 0); i++) {
            var unused = stub.withDeadlineAfter(LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                    .check(request);
        }
    }

    private AtomicInteger counter(Decision decision) {
        return decision.fold(allow -> allowed, deny -> denied, unknown -> untold);
    }

    private CheckRequest request(String source, TokenId id) {
        AttributeContext.HttpRequest http = AttributeContext.HttpRequest.newBuilder()
                .setMethod("GET")
                .setHost(WarmUpReader.HOST)
                .setPath(WarmUpReader.PATH)
                .putHeaders(":authority", WarmUpReader.HOST)
                .putHeaders(":method", "GET")
                .putHeaders(":path", WarmUpReader.PATH)
                .putHeaders("authorization", "Bearer " + TokenText.format("warm", id, secret))
                .build();
        AttributeContext.Builder attributes = AttributeContext.newBuilder()
                .setRequest(AttributeContext.Request.newBuilder().setHttp(http));
        attributes
                .getSourceBuilder()
                .getAddressBuilder()
                .getSocketAddressBuilder()
                .setAddress(source);
        return CheckRequest.newBuilder().setAttributes(attributes).build();
    }
}
