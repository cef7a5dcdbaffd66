package io.keywarden.admin;

import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.GetServerInfoRequest;
import io.keywarden.admin.v1.GetServerInfoResponse;
import io.keywarden.admin.v1.ServerServiceGrpc;

/** Tells what this Keywarden is. Failures are thrown, and {@link UniformFailures} says them. */
final class ServerService extends ServerServiceGrpc.ServerServiceImplBase {
    private final GetServerInfo getServerInfo;

    ServerService(GetServerInfo getServerInfo) {
        this.getServerInfo = getServerInfo;
    }

    @Override
    public void getServerInfo(GetServerInfoRequest request, StreamObserver<GetServerInfoResponse> observer) {
        observer.onNext(getServerInfo.run());
        observer.onCompleted();
    }
}
