package io.keywarden.admin;

import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateCatalogResponse;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.CreateModuleResponse;
import io.keywarden.admin.v1.DeleteCatalogRequest;
import io.keywarden.admin.v1.DeleteCatalogResponse;
import io.keywarden.admin.v1.DeleteModuleRequest;
import io.keywarden.admin.v1.DeleteModuleResponse;
import io.keywarden.admin.v1.GetCatalogRequest;
import io.keywarden.admin.v1.GetCatalogResponse;
import io.keywarden.admin.v1.GetModuleRequest;
import io.keywarden.admin.v1.GetModuleResponse;
import io.keywarden.admin.v1.ImportDescriptorsRequest;
import io.keywarden.admin.v1.ImportDescriptorsResponse;
import io.keywarden.admin.v1.ImportOpenApiRequest;
import io.keywarden.admin.v1.ImportOpenApiResponse;
import io.keywarden.admin.v1.ListCatalogsRequest;
import io.keywarden.admin.v1.ListCatalogsResponse;
import io.keywarden.admin.v1.ListModulesRequest;
import io.keywarden.admin.v1.ListModulesResponse;
import io.keywarden.admin.v1.UpdateCatalogRequest;
import io.keywarden.admin.v1.UpdateCatalogResponse;
import io.keywarden.admin.v1.UpdateModuleRequest;
import io.keywarden.admin.v1.UpdateModuleResponse;

/** Manages catalogs and their modules: one command an RPC. Failures are thrown, and {@link UniformFailures} says them. */
final class CatalogService extends CatalogServiceGrpc.CatalogServiceImplBase {
    private final Commands commands;
    private final Answers answers;

    CatalogService(Commands commands, Answers answers) {
        this.commands = commands;
        this.answers = answers;
    }

    /** The commands, one for each RPC. */
    record Commands(
            CreateCatalog createCatalog,
            GetCatalog getCatalog,
            ListCatalogs listCatalogs,
            CreateModule createModule,
            GetModule getModule,
            ListModules listModules,
            DeleteModule deleteModule,
            UpdateCatalog updateCatalog,
            DeleteCatalog deleteCatalog,
            UpdateModule updateModule,
            ImportOpenApi importOpenApi,
            ImportDescriptors importDescriptors) {}

    @Override
    public void createCatalog(CreateCatalogRequest request, StreamObserver<CreateCatalogResponse> observer) {
        answers.send(commands.createCatalog().run(request, Caller.current()), observer);
    }

    @Override
    public void getCatalog(GetCatalogRequest request, StreamObserver<GetCatalogResponse> observer) {
        observer.onNext(commands.getCatalog().run(request));
        observer.onCompleted();
    }

    @Override
    public void listCatalogs(ListCatalogsRequest request, StreamObserver<ListCatalogsResponse> observer) {
        observer.onNext(commands.listCatalogs().run(request));
        observer.onCompleted();
    }

    @Override
    public void createModule(CreateModuleRequest request, StreamObserver<CreateModuleResponse> observer) {
        answers.send(commands.createModule().run(request, Caller.current()), observer);
    }

    @Override
    public void getModule(GetModuleRequest request, StreamObserver<GetModuleResponse> observer) {
        observer.onNext(commands.getModule().run(request));
        observer.onCompleted();
    }

    @Override
    public void listModules(ListModulesRequest request, StreamObserver<ListModulesResponse> observer) {
        observer.onNext(commands.listModules().run(request));
        observer.onCompleted();
    }

    @Override
    public void deleteModule(DeleteModuleRequest request, StreamObserver<DeleteModuleResponse> observer) {
        answers.send(commands.deleteModule().run(request, Caller.current()), observer);
    }

    @Override
    public void updateCatalog(UpdateCatalogRequest request, StreamObserver<UpdateCatalogResponse> observer) {
        answers.send(commands.updateCatalog().run(request, Caller.current()), observer);
    }

    @Override
    public void deleteCatalog(DeleteCatalogRequest request, StreamObserver<DeleteCatalogResponse> observer) {
        answers.send(commands.deleteCatalog().run(request, Caller.current()), observer);
    }

    @Override
    public void updateModule(UpdateModuleRequest request, StreamObserver<UpdateModuleResponse> observer) {
        answers.send(commands.updateModule().run(request, Caller.current()), observer);
    }

    @Override
    public void importOpenApi(ImportOpenApiRequest request, StreamObserver<ImportOpenApiResponse> observer) {
        answers.send(commands.importOpenApi().run(request, Caller.current()), observer);
    }

    @Override
    public void importDescriptors(
            ImportDescriptorsRequest request, StreamObserver<ImportDescriptorsResponse> observer) {
        answers.send(commands.importDescriptors().run(request, Caller.current()), observer);
    }
}
