package io.keywarden.admin;

import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.CreateOwnerRequest;
import io.keywarden.admin.v1.CreateOwnerResponse;
import io.keywarden.admin.v1.DeleteOwnerRequest;
import io.keywarden.admin.v1.DeleteOwnerResponse;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.DisableOwnerResponse;
import io.keywarden.admin.v1.EnableOwnerRequest;
import io.keywarden.admin.v1.EnableOwnerResponse;
import io.keywarden.admin.v1.GetOwnerRequest;
import io.keywarden.admin.v1.GetOwnerResponse;
import io.keywarden.admin.v1.ListOwnersRequest;
import io.keywarden.admin.v1.ListOwnersResponse;
import io.keywarden.admin.v1.OwnerServiceGrpc;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.admin.v1.UpdateOwnerResponse;

/** Manages owners: one command an RPC. Failures are thrown, and {@link UniformFailures} says them. */
final class OwnerService extends OwnerServiceGrpc.OwnerServiceImplBase {
    private final Commands commands;
    private final Answers answers;

    OwnerService(Commands commands, Answers answers) {
        this.commands = commands;
        this.answers = answers;
    }

    /** The commands, one for each RPC. */
    record Commands(
            CreateOwner createOwner,
            GetOwner getOwner,
            ListOwners listOwners,
            UpdateOwner updateOwner,
            DeleteOwner deleteOwner,
            EnableOwner enableOwner,
            DisableOwner disableOwner) {}

    @Override
    public void createOwner(CreateOwnerRequest request, StreamObserver<CreateOwnerResponse> observer) {
        answers.send(commands.createOwner().run(request, Caller.current()), observer);
    }

    @Override
    public void getOwner(GetOwnerRequest request, StreamObserver<GetOwnerResponse> observer) {
        observer.onNext(commands.getOwner().run(request));
        observer.onCompleted();
    }

    @Override
    public void listOwners(ListOwnersRequest request, StreamObserver<ListOwnersResponse> observer) {
        observer.onNext(commands.listOwners().run(request));
        observer.onCompleted();
    }

    @Override
    public void updateOwner(UpdateOwnerRequest request, StreamObserver<UpdateOwnerResponse> observer) {
        answers.send(commands.updateOwner().run(request, Caller.current()), observer);
    }

    @Override
    public void deleteOwner(DeleteOwnerRequest request, StreamObserver<DeleteOwnerResponse> observer) {
        answers.send(commands.deleteOwner().run(request, Caller.current()), observer);
    }

    @Override
    public void enableOwner(EnableOwnerRequest request, StreamObserver<EnableOwnerResponse> observer) {
        answers.send(commands.enableOwner().run(request, Caller.current()), observer);
    }

    @Override
    public void disableOwner(DisableOwnerRequest request, StreamObserver<DisableOwnerResponse> observer) {
        answers.send(commands.disableOwner().run(request, Caller.current()), observer);
    }
}
