package io.keywarden.chaos;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.keywarden.chaos.History.Answer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The check service of another process. It is waited for longer than Envoy would, so that late answers are seen too. */
final class GrpcSidecar implements Sidecar {
    private static final int DEADLINE_SECONDS = 6;

    private final ManagedChannel channel;
    private final AuthorizationGrpc.AuthorizationStub stub;

    /** Takes a channel, and closes it. */
    GrpcSidecar(ManagedChannel channel) {
        this.channel = channel;
        this.stub = AuthorizationGrpc.newStub(channel);
    }

    @Override
    public void check(CheckRequest request, Consumer<Answer> answered) {
        stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).check(request, new Once(answered));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** Tells the answer when the call has ended. */
    private static final class Once implements StreamObserver<CheckResponse> {
        private final Consumer<Answer> answered;
        // Calls of one observer come one after another.
        private @Nullable CheckResponse response;

        Once(Consumer<Answer> answered) {
            this.answered = answered;
        }

        @Override
        public void onNext(CheckResponse value) {
            response = value;
        }

        @Override
        public void onError(Throwable failure) {
            answered.accept(Answer.ERROR);
        }

        @Override
        public void onCompleted() {
            answered.accept(response == null ? Answer.ERROR : InProcessSidecar.answer(response));
        }
    }
}
