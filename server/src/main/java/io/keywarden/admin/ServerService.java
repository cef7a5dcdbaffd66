package io.keywarden.admin;

import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.GetServerInfoRequest;
import io.keywarden.admin.v1.GetServerInfoResponse;
import io.keywarden.admin.v1.ListKeyUsesRequest;
import io.keywarden.admin.v1.ListKeyUsesResponse;
import io.keywarden.admin.v1.ServerServiceGrpc;

/** Tells what this Keywarden is. Failures are thrown, and {@link UniformFailures} says them. */
final class ServerService extends ServerServiceGrpc.ServerServiceImplBase {
    private final GetServerInfo getServerInfo;
    private final ListKeyUses listKeyUses;

    ServerService(GetServerInfo getServerInfo, ListKeyUses listKeyUses) {
        this.getServerInfo = getServerInfo;
        this.listKeyUses = listKeyUses;
    }

    @Override
    public void getServerInfo(GetServerInfoRequest request, StreamObserver<GetServerInfoResponse> observer) {
        observer.onNext(getServerInfo.run());
        observer.onCompleted();
    }

    @Override
    public void listKeyUses(ListKeyUsesRequest request, StreamObserver<ListKeyUsesResponse> observer) {
        observer.onNext(listKeyUses.run(request));
        observer.onCompleted();
    }
}
