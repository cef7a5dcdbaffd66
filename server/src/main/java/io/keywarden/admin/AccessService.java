package io.keywarden.admin;

import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.AccessServiceGrpc;
import io.keywarden.admin.v1.ExplainRequest;
import io.keywarden.admin.v1.ExplainResponse;

/** Tells how checks are decided. Failures are thrown, and {@link UniformFailures} says them. */
final class AccessService extends AccessServiceGrpc.AccessServiceImplBase {
    private final Explain explain;

    AccessService(Explain explain) {
        this.explain = explain;
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
        observer.onNext(explain.run(request, Caller.current()));
        observer.onCompleted();
    }
}
