package io.keywarden.app;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.keywarden.check.CheckService;
import io.keywarden.config.HostPort;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.Decision;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    private static final MethodDescriptor<byte[], byte[]> CHECK = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(CheckService.METHOD)
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private final CheckService.Needs needs;
    private final IdTags tags;
    private final Executor executor;
    private final SecureRandom random;
    private final TokenId known;
    private final TokenSecret secret;

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
        this.needs = new CheckService.Needs(
                WarmUpReader.of(needs.reader(), needs.hasher(), known, secret, random),
                needs.hasher(),
                needs.clock(),
                needs.readLimit());
    }

    /**
     * Begins to let checks be allowed from memory, so that the code is loaded and compiled while Redis is still being connected
     * to. The step waits for that.
     *
     * @param beside where it runs
     */
    StoreWatch.Step code(Executor beside) {
        Part part = new Part(request(WarmUpReader.SOURCE, known), ALLOWED, LONG_ENOUGH);
        return new Begun(part, CompletableFuture.supplyAsync(part::isDone, beside));
    }

    /** Lets checks of a token that is not there be denied: they go all the way to Redis. */
    StoreWatch.Step path() {
        TokenId unknown = tags.issue(SlotTag.random(random), random);
        return new Part(request("192.0.2.1", unknown), DENIED, LONGEST);
    }

    /** One check again and again; done when it was answered at all, and never that it cannot be told. */
    private final class Part implements StoreWatch.Step {
        private final AtomicInteger told = new AtomicInteger();
        private final AtomicInteger untold = new AtomicInteger();
        private final byte[] request;
        private final int times;
        private final Duration longest;

        private Part(byte[] request, int times, Duration longest) {
            this.request = request;
            this.times = times;
            this.longest = longest;
        }

        @Override
        public boolean needsMarker() {
            return true;
        }

        @Override
        public boolean attempt() throws IOException {
            told.set(0);
            untold.set(0);
            CheckService service = new CheckService(
                    needs, (decision, nanos, tenant) -> counter(decision).incrementAndGet());
            NettyServers.Served served = new NettyServers.Served(
                    "warm-up", MAX_MESSAGE_BYTES, executor, builder -> builder.addService(service));
            try (GrpcServer server = NettyServers.tcp(served, new HostPort("127.0.0.1", 0), Optional.empty())) {
                ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                                "127.0.0.1", server.port(), InsecureChannelCredentials.create())
                        .proxyDetector(address -> null)
                        .build();
                try {
                    ask(channel, System.nanoTime() + longest.toNanos());
                } finally {
                    channel.shutdownNow();
                }
            }
            LOG.info("warmed_up checks={}", told.get());
            return told.get() > 0 && untold.get() == 0;
        }

        private boolean isDone() {
            try {
                return attempt();
            } catch (IOException | RuntimeException e) {
                // The step tries again, and fails with what is wrong.
                LOG.debug("warm_up_failed reason={}", e.toString());
                return false;
            }
        }

        /** Asks no longer than until {@code end}, and no more once it cannot be told. */
        private void ask(Channel channel, long end) {
            for (int i = 0; i < times && untold.get() == 0 && (i == 0 || System.nanoTime() - end < 0); i++) {
                CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
                var unused = ClientCalls.blockingUnaryCall(channel, CHECK, options, request);
            }
        }

        private AtomicInteger counter(Decision decision) {
            return decision.fold(allow -> told, deny -> told, unknown -> untold);
        }
    }

    /** What began before its turn came. */
    private record Begun(Part part, CompletableFuture<Boolean> first) implements StoreWatch.Step {
        @Override
        public boolean needsMarker() {
            return true;
        }

        @Override
        public boolean attempt() throws Exception {
            return first.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS) || part.attempt();
        }
    }

    private byte[] request(String source, TokenId id) {
        return WarmUpRequest.of(source, TokenText.format("warm", id, secret));
    }

    /** Leaves messages as they are. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
