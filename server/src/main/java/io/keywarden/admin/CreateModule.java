package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.CreateModuleResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds a module to a catalog. */
final class CreateModule {
    private final CatalogFinder catalogs;
    private final CatalogChange change;
    private final RecordWrites writes;
    private final SecureRandom random;

    CreateModule(CatalogFinder catalogs, CatalogChange change, RecordWrites writes, SecureRandom random) {
        this.catalogs = catalogs;
        this.change = change;
        this.writes = writes;
        this.random = random;
    }

    Held<CreateModuleResponse> run(CreateModuleRequest request, Caller caller) {
        String catalog = ModuleChecks.check(request, writes.timestamp());
        if (request.getModule().hasShadowUntil()) {
            caller.requireEverywhere(AdminOperations.TURN_SHADOW_ON);
        }
        ModuleName name = new ModuleName(catalog, request.getModuleId());
        Written<Entry<ModuleRecord>> module =
                Attempts.run(() -> attempt(request, name, caller), ResourceType.MODULE, name.text());
        CreateModuleResponse.Builder response = CreateModuleResponse.newBuilder()
                .setModule(CatalogMessages.module(name.catalog(), module.value()))
                .setDurability(module.times().visibleDurability());
        module.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), module.times().until(!request.hasWait() || request.getWait()));
    }

    private Optional<Written<Entry<ModuleRecord>>> attempt(
            CreateModuleRequest request, ModuleName name, Caller caller) {
        Entry<CatalogRecord> catalog = catalogs.find(name.catalog());
        Optional<Map<String, Entry<ModuleRecord>>> modules =
                catalogs.modules(catalog, catalog.payload().getModulesList());
        if (modules.isEmpty()) {
            return Optional.empty();
        }
        ByteString content = Fingerprints.content(name.text(), request.getModule());
        ByteString creation = Fingerprints.creation(caller, request.getRequestId(), content);
        Entry<ModuleRecord> there = modules.get().get(name.module());
        if (there != null) {
            if (!Fingerprints.isRepeat(there.payload().getCreateRequest(), creation)) {
                throw new AdminException(Claims.idTaken(ResourceType.MODULE, name.text()));
            }
            return Optional.of(new Written<>(there, change.known(there.stored())));
        }
        Uid uid = Uid.random(random);
        ModuleRecord record = record(request, catalog, creation);
        CatalogRoutes routes = CatalogRoutes.of(modules.get().values());
        routes.put(uid, record);
        routes.requireRoom("parent", "module.operations");
        EventDraft event = event(request, name, record, caller);
        RecordWrites.Write write =
                writes.first(RecordKey.module(catalog.stored().key().slot(), uid), uid, record, event);
        Entry<ModuleRecord> made = new Entry<>(write.record(), record);
        CatalogChange.Update update = CatalogChange.Update.ofModules(
                CatalogChange.with(
                        catalog.payload(), CatalogChange.with(catalog.payload().getModulesList(), made)),
                CatalogChange.event(
                        caller,
                        request.getRequestId(),
                        "CreateModule",
                        List.of(new CatalogChange.Happened(name.module(), false, true))),
                List.of(new CatalogChange.ModuleWrite(write, Optional.empty())),
                Commit.Urgency.GROWS);
        return change.commit(catalog, update).map(written -> new Written<>(made, written.times()));
    }

    private ModuleRecord record(CreateModuleRequest request, Entry<CatalogRecord> catalog, ByteString creation) {
        Timestamp now = writes.timestamp();
        return CatalogMessages.record(request.getModuleId(), request.getModule(), random)
                .setCreateTime(now)
                .setUpdateTime(now)
                .setCatalogUid(CatalogMessages.bytes(catalog.uid()))
                .setCreateRequest(creation)
                .build();
    }

    private static EventDraft event(CreateModuleRequest request, ModuleName name, ModuleRecord record, Caller caller) {
        return new EventDraft(
                caller,
                request.getRequestId(),
                "CreateModule",
                FieldDiff.created(
                        CatalogMessages.contents(name.catalog(), record).build()));
    }
}
