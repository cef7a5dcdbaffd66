package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.CreateModuleResponse;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.CompiledCatalog.ModuleRoutes;
import io.keywarden.store.OperationCompiler;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds a module to a catalog. */
final class CreateModule {
    /** All modules of a catalog are read in one step, so there is an end to them. */
    private static final int MAX_MODULES = 500;

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
        String catalog = ModuleChecks.check(request);
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
        requireRoom(modules.get().values(), uid, record);
        EventDraft event = event(request, name, record, caller);
        RecordWrites.Write write =
                writes.first(RecordKey.module(catalog.stored().key().slot(), uid), uid, record, event);
        Entry<ModuleRecord> made = new Entry<>(write.record(), record);
        return change.commit(
                        catalog,
                        CatalogChange.with(catalog.payload(), made),
                        CatalogChange.event(event, name.module(), true),
                        write,
                        Optional.empty())
                .map(times -> new Written<>(made, times));
    }

    private ModuleRecord record(CreateModuleRequest request, Entry<CatalogRecord> catalog, ByteString creation) {
        Timestamp now = writes.timestamp();
        return CatalogMessages.record(request, random)
                .setCreateTime(now)
                .setUpdateTime(now)
                .setCatalogUid(CatalogMessages.bytes(catalog.uid()))
                .setCreateRequest(creation)
                .build();
    }

    private static void requireRoom(Iterable<Entry<ModuleRecord>> others, Uid uid, ModuleRecord record) {
        List<ModuleRoutes> routes = new ArrayList<>();
        others.forEach(other -> routes.add(OperationCompiler.routes(other.uid(), other.payload())));
        if (routes.size() >= MAX_MODULES) {
            throw FieldChecks.invalid("parent", "a catalog with fewer than " + MAX_MODULES + " modules");
        }
        routes.add(OperationCompiler.routes(uid, record));
        Optional<CompiledCatalog.Conflict> conflict = CompiledCatalog.conflict(routes);
        if (conflict.isPresent()) {
            throw FieldChecks.invalid(
                    "module.operations", "no two operations that answer to the same request; " + conflict.get());
        }
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
