package io.keywarden.admin;

import io.keywarden.store.Commit;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.FieldChange;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Writes a module and the list of modules in its catalog in one step, so that no check sees one without the other. */
final class CatalogChange {
    private final Effects effects;
    private final RecordWrites writes;

    CatalogChange(Effects effects, RecordWrites writes) {
        this.effects = effects;
        this.writes = writes;
    }

    /**
     * Writes.
     *
     * @param module the write of the module
     * @param event what the catalog's history is told
     * @param modules the modules that the catalog has then
     * @param again what does it again, where the module goes; empty where it comes
     * @return empty if another writer came between
     */
    Optional<Times> commit(
            Entry<CatalogRecord> catalog,
            List<ModuleReference> modules,
            EventDraft event,
            RecordWrites.Write module,
            Optional<Journal.Command> again) {
        CatalogRecord payload = catalog.payload().toBuilder()
                .clearModules()
                .addAllModules(modules)
                .setUpdateTime(writes.timestamp())
                .build();
        RecordWrites.Write write = writes.next(catalog.stored(), payload, event);
        Commit commit = new Commit(
                catalog.stored().key().slot(),
                again.isPresent() ? Commit.Urgency.NARROWS : Commit.Urgency.GROWS,
                List.of(write.change(), module.change()),
                List.of(),
                List.of(),
                List.of(write.event(), module.event()),
                Optional.empty());
        Effects.Effect effect = new Effects.Effect(module.record(), write, KnownAge.OF_ANY_TENANT, again);
        return effects.commit(commit, effect).written(module).map(Written::times);
    }

    /** What is known of a module that is there already. */
    Times known(StoredRecord module) {
        return effects.known(module.key(), module.version(), KnownAge.OF_ANY_TENANT);
    }

    /** A catalog's modules with one more, in the order of their ids. */
    static List<ModuleReference> with(CatalogRecord catalog, Entry<ModuleRecord> module) {
        List<ModuleReference> modules = new ArrayList<>(catalog.getModulesList());
        StoredRecord stored = module.stored();
        modules.add(ModuleReference.newBuilder()
                .setId(module.payload().getId())
                .setUid(CatalogMessages.bytes(stored.uid()))
                .setVersion(stored.version())
                .build());
        modules.sort(Comparator.comparing(ModuleReference::getId));
        return modules;
    }

    /** A catalog's modules without one. */
    static List<ModuleReference> without(CatalogRecord catalog, String module) {
        return catalog.getModulesList().stream()
                .filter(reference -> !reference.getId().equals(module))
                .toList();
    }

    /** What a catalog's history tells of a module that came or went. */
    static EventDraft event(EventDraft ofModule, String module, boolean came) {
        String json = "\"" + module + "\"";
        FieldChange.Builder change = FieldChange.newBuilder().setPath("modules");
        FieldChange said = (came ? change.setAfter(json) : change.setBefore(json)).build();
        return new EventDraft(ofModule.caller(), ofModule.requestId(), ofModule.kind(), List.of(said));
    }
}
