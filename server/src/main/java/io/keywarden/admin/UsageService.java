package io.keywarden.admin;

import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.ListOldSecretUsersRequest;
import io.keywarden.admin.v1.ListOldSecretUsersResponse;
import io.keywarden.admin.v1.UsageServiceGrpc;

/** Tells what tokens are used for. Failures are thrown, and {@link UniformFailures} says them. */
final class UsageService extends UsageServiceGrpc.UsageServiceImplBase {
    private final ListOldSecretUsers listOldSecretUsers;

    UsageService(ListOldSecretUsers listOldSecretUsers) {
        this.listOldSecretUsers = listOldSecretUsers;
    }

    @Override
    public void listOldSecretUsers(
            ListOldSecretUsersRequest request, StreamObserver<ListOldSecretUsersResponse> observer) {
        observer.onNext(listOldSecretUsers.run(request));
        observer.onCompleted();
    }
}
