package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.admin.ModuleReplacement.Order;
import io.keywarden.admin.ModuleReplacement.Plan;
import io.keywarden.admin.ModuleReplacement.Read;
import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.UpdateModuleRequest;
import io.keywarden.admin.v1.UpdateModuleResponse;
import io.keywarden.policy.Reason;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.token.Uid;
import java.util.Map;
import java.util.Optional;

/** Changes a module. */
final class UpdateModule {
    private static final UpdateMask<Module> MASK =
            UpdateMask.of(Module.class, "display_name", "hosts", "restricted", "operations", "shadow_until");

    private final CatalogFinder catalogs;
    private final ModuleReplacement replacement;
    private final RecordWrites writes;

    UpdateModule(CatalogFinder catalogs, ModuleReplacement replacement, RecordWrites writes) {
        this.catalogs = catalogs;
        this.replacement = replacement;
        this.writes = writes;
    }

    Held<UpdateModuleResponse> run(UpdateModuleRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<ModuleName> name =
                ResourceNames.module(checks, "module.name", request.getModule().getName());
        MASK.check(checks, request.getUpdateMask());
        checks.finish();
        ModuleName module = name.orElseThrow();
        Written<Entry<ModuleRecord>> written =
                Attempts.run(() -> attempt(request, module, caller), ResourceType.MODULE, module.text());
        UpdateModuleResponse.Builder response = UpdateModuleResponse.newBuilder()
                .setModule(CatalogMessages.module(module.catalog(), written.value()))
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    /**
     * Makes a module what it was made once.
     *
     * @param uid its identity: another module that has its name meanwhile stays as it is
     * @param content what it was made
     */
    void again(ModuleName name, Uid uid, ByteString content, Caller caller) {
        Module wanted =
                CatalogMessages.contents(name.catalog(), record(content)).build();
        Times unused = Attempts.run(
                () -> {
                    Entry<CatalogRecord> catalog = catalogs.find(name.catalog());
                    return catalogs.modules(catalog, catalog.payload().getModulesList())
                            .flatMap(modules -> {
                                if (!there(modules, name).uid().equals(uid)) {
                                    throw GetModule.missing(name);
                                }
                                return replace(name, new Read(catalog, modules), wanted, caller);
                            })
                            .map(Written::times);
                },
                ResourceType.MODULE,
                name.text());
    }

    private Optional<Written<Entry<ModuleRecord>>> attempt(
            UpdateModuleRequest request, ModuleName name, Caller caller) {
        Entry<CatalogRecord> catalog = catalogs.find(name.catalog());
        Optional<Map<String, Entry<ModuleRecord>>> modules =
                catalogs.modules(catalog, catalog.payload().getModulesList());
        if (modules.isEmpty()) {
            return Optional.empty();
        }
        Entry<ModuleRecord> there = there(modules.get(), name);
        Etags.check(request.getModule().getEtag(), there.stored(), ResourceType.MODULE, name.text());
        Module current =
                CatalogMessages.contents(name.catalog(), there.payload()).build();
        Module wanted = MASK.apply(request.getUpdateMask(), request.getModule(), current);
        FieldChecks checks = new FieldChecks();
        ModuleChecks.fields(checks, wanted);
        if (!wanted.getShadowUntil().equals(current.getShadowUntil())) {
            TimeChecks.shadow(checks, "module.shadow_until", wanted.getShadowUntil(), writes.timestamp());
        }
        checks.finish();
        return replace(name, new Read(catalog, modules.get()), wanted, caller);
    }

    private Optional<Written<Entry<ModuleRecord>>> replace(ModuleName name, Read read, Module wanted, Caller caller) {
        Order order = new Order(caller, "UpdateModule", "module.name", "module.operations");
        Plan plan = replacement.plan(order, read, Map.of(name.module(), wanted));
        return replacement
                .write(order, plan)
                .map(written -> new Written<>(there(written.value().modules(), name), written.times()));
    }

    private static Entry<ModuleRecord> there(Map<String, Entry<ModuleRecord>> modules, ModuleName name) {
        return Optional.ofNullable(modules.get(name.module())).orElseThrow(() -> GetModule.missing(name));
    }

    private static ModuleRecord record(ByteString content) {
        try {
            return ModuleRecord.parseFrom(content);
        } catch (InvalidProtocolBufferException e) {
            throw AdminStore.failed(Reason.INTERNAL, Effect.NOTHING_WRITTEN);
        }
    }
}
