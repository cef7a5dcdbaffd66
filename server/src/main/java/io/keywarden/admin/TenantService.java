package io.keywarden.admin;

import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTenantResponse;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTenantResponse;
import io.keywarden.admin.v1.EnableTenantRequest;
import io.keywarden.admin.v1.EnableTenantResponse;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.GetTenantResponse;
import io.keywarden.admin.v1.ListTenantsRequest;
import io.keywarden.admin.v1.ListTenantsResponse;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.UpdateTenantResponse;

/** Manages tenants: one command an RPC. Failures are thrown, and {@link UniformFailures} says them. */
final class TenantService extends TenantServiceGrpc.TenantServiceImplBase {
    private final Commands commands;
    private final Answers answers;

    TenantService(Commands commands, Answers answers) {
        this.commands = commands;
        this.answers = answers;
    }

    /** The commands, one for each RPC. */
    record Commands(
            CreateTenant createTenant,
            GetTenant getTenant,
            ListTenants listTenants,
            UpdateTenant updateTenant,
            EnableTenant enableTenant,
            DisableTenant disableTenant) {}

    @Override
    public void createTenant(CreateTenantRequest request, StreamObserver<CreateTenantResponse> observer) {
        answers.send(commands.createTenant().run(request, Caller.current()), observer);
    }

    @Override
    public void getTenant(GetTenantRequest request, StreamObserver<GetTenantResponse> observer) {
        observer.onNext(commands.getTenant().run(request));
        observer.onCompleted();
    }

    @Override
    public void listTenants(ListTenantsRequest request, StreamObserver<ListTenantsResponse> observer) {
        observer.onNext(commands.listTenants().run(request));
        observer.onCompleted();
    }

    @Override
    public void updateTenant(UpdateTenantRequest request, StreamObserver<UpdateTenantResponse> observer) {
        answers.send(commands.updateTenant().run(request, Caller.current()), observer);
    }

    @Override
    public void enableTenant(EnableTenantRequest request, StreamObserver<EnableTenantResponse> observer) {
        answers.send(commands.enableTenant().run(request, Caller.current()), observer);
    }

    @Override
    public void disableTenant(DisableTenantRequest request, StreamObserver<DisableTenantResponse> observer) {
        answers.send(commands.disableTenant().run(request, Caller.current()), observer);
    }
}
