package io.keywarden.bench.jmh;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.keywarden.bench.compare.Requests;
import io.keywarden.check.CheckKeys;
import io.keywarden.check.CheckObserver;
import io.keywarden.check.CheckService;
import io.keywarden.check.CheckSettings;
import io.keywarden.store.KnownView;
import io.keywarden.usage.SecretUses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole check on a view that knows everything: from the bytes of the request to the bytes of the answer, without the
 * transport. What it takes above the parts that have benchmarks of their own is reading the request and building the answer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CheckBenchmark {
    private final World world = new World();
    private final KnownView view =
            new KnownView(Requests.HOST, world.tenant(), Optional.empty(), world.token(), world.catalog());
    private final ServerMethodDefinition<Object, Object> method = method(CheckObserver.NONE);
    private final ServerMethodDefinition<Object, Object> remembering = method(new SecretUses(
            (of, uses, limit) -> CompletableFuture.completedFuture(true), InstantSource.system(), () -> {}));
    private final byte[] allowed =
            Requests.get(Requests.ALLOWED_PATH, world.text()).toByteArray();
    private final byte[] forbidden =
            Requests.get(Requests.DENIED_PATH, world.text()).toByteArray();
    private final byte[] malformed =
            Requests.get(Requests.ALLOWED_PATH, "not-a-token").toByteArray();

    /** A token that may. */
    @Benchmark
    public long allow() throws IOException {
        return check(method, allowed);
    }

    /** A token that may, of which it is remembered that it was used. */
    @Benchmark
    public long allowAndRemember() throws IOException {
        return check(remembering, allowed);
    }

    /** A token that is right and may not: the longest answer. */
    @Benchmark
    public long deny() throws IOException {
        return check(method, forbidden);
    }

    /** A text that is no token. */
    @Benchmark
    public long malformed() throws IOException {
        return check(method, malformed);
    }

    private static long check(ServerMethodDefinition<Object, Object> method, byte[] request) throws IOException {
        MethodDescriptor<Object, Object> descriptor = method.getMethodDescriptor();
        AnswerCall call = new AnswerCall(descriptor);
        ServerCall.Listener<Object> listener = method.getServerCallHandler().startCall(call, new Metadata());
        listener.onMessage(descriptor.parseRequest(new ByteArrayInputStream(request)));
        listener.onHalfClose();
        listener.onComplete();
        return call.bytes();
    }

    @SuppressWarnings("unchecked") // whatever the service reads and writes, only it gets to see
    private ServerMethodDefinition<Object, Object> method(CheckObserver observer) {
        CheckService service = new CheckService(
                new CheckService.Needs(
                        source -> view,
                        new CheckKeys(world.hasher(), world.opaque()),
                        CheckSettings.DEFAULT,
                        InstantSource.system(),
                        Duration.ofMillis(150)),
                observer);
        return (ServerMethodDefinition<Object, Object>)
                service.bindService().getMethod("envoy.service.auth.v3.Authorization/Check");
    }

    /** A call whose answer is written into nothing. */
    private static final class AnswerCall extends ServerCall<Object, Object> {
        private final MethodDescriptor<Object, Object> descriptor;
        private @Nullable InputStream answer;

        AnswerCall(MethodDescriptor<Object, Object> descriptor) {
            this.descriptor = descriptor;
        }

        long bytes() throws IOException {
            if (answer == null) {
                throw new IllegalStateException("no answer (expected: one)");
            }
            return answer.readAllBytes().length;
        }

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(Object message) {
            answer = descriptor.streamResponse(message);
        }

        @Override
        public void close(Status status, Metadata trailers) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.EMPTY;
        }

        @Override
        public MethodDescriptor<Object, Object> getMethodDescriptor() {
            return descriptor;
        }
    }
}
