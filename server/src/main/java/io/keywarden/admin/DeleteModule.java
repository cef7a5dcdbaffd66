package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.v1.DeleteModuleRequest;
import io.keywarden.admin.v1.DeleteModuleResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes a module out of its catalog. What remains of it has no operations, and its identity never comes back. */
final class DeleteModule {
    private final CatalogFinder catalogs;
    private final CatalogChange change;
    private final RecordWrites writes;

    DeleteModule(CatalogFinder catalogs, CatalogChange change, RecordWrites writes) {
        this.catalogs = catalogs;
        this.change = change;
        this.writes = writes;
    }

    Held<DeleteModuleResponse> run(DeleteModuleRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<ModuleName> name = ResourceNames.module(checks, "name", request.getName());
        checks.finish();
        Times times = Attempts.run(
                () -> attempt(request.getEtag(), name.orElseThrow(), caller), ResourceType.MODULE, request.getName());
        DeleteModuleResponse.Builder response =
                DeleteModuleResponse.newBuilder().setDurability(times.visibleDurability());
        times.effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), times.until(request.getWait()));
    }

    private Optional<Times> attempt(String etag, ModuleName name, Caller caller) {
        Entry<CatalogRecord> catalog = catalogs.find(name.catalog());
        ModuleReference reference =
                CatalogFinder.reference(catalog, name.module()).orElseThrow(() -> GetModule.missing(name));
        Optional<Map<String, Entry<ModuleRecord>>> modules = catalogs.modules(catalog, List.of(reference));
        if (modules.isEmpty()) {
            return Optional.empty();
        }
        Entry<ModuleRecord> module = modules.get().values().iterator().next();
        Etags.check(etag, module.stored(), ResourceType.MODULE, name.text());
        EventDraft event = CatalogChange.event(
                caller, "", "DeleteModule", List.of(new CatalogChange.Happened(name.module(), true, false)));
        Journal.Command again = new Journal.Command(Narrowing.DELETE_MODULE, name.text(), 0);
        CatalogChange.Update update = CatalogChange.Update.ofModules(
                CatalogChange.with(
                        catalog.payload(),
                        CatalogChange.without(catalog.payload().getModulesList(), name.module())),
                event,
                List.of(new CatalogChange.ModuleWrite(
                        tombstone(writes, name.catalog(), module, event), Optional.of(again))),
                Commit.Urgency.NARROWS);
        return change.commit(catalog, update).map(Written::times);
    }

    /** What remains of a module: its history goes on to the event that it is gone. */
    static RecordWrites.Write tombstone(
            RecordWrites writes, String catalog, Entry<ModuleRecord> module, EventDraft ofCatalog) {
        ModuleRecord tombstone = module.payload().toBuilder()
                .clearOperations()
                .clearHosts()
                .setUpdateTime(writes.timestamp())
                .build();
        EventDraft event = new EventDraft(
                ofCatalog.caller(),
                ofCatalog.requestId(),
                ofCatalog.kind(),
                FieldDiff.removed(CatalogMessages.module(catalog, module)));
        return writes.next(module.stored(), tombstone, event);
    }
}
