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

/** Writes modules and the list of modules in their catalog in one step, so that no check sees one without the other. */
final class CatalogChange {
    private final Effects effects;
    private final RecordWrites writes;

    CatalogChange(Effects effects, RecordWrites writes) {
        this.effects = effects;
        this.writes = writes;
    }

    /**
     * What is done to a catalog.
     *
     * @param after the catalog then, without its new time
     * @param event what the catalog's history is told
     * @param modules the modules that change with it
     * @param urgency whether it takes a right away
     * @param again what does it again, where it is about the catalog itself; empty where it is not
     */
    record Update(
            CatalogRecord after,
            EventDraft event,
            List<ModuleWrite> modules,
            Commit.Urgency urgency,
            Optional<Journal.Command> again) {
        /** Copies the list. */
        Update {
            modules = List.copyOf(modules);
        }

        /** Something of which the catalog itself is not the subject. */
        static Update ofModules(
                CatalogRecord after, EventDraft event, List<ModuleWrite> modules, Commit.Urgency urgency) {
            return new Update(after, event, modules, urgency, Optional.empty());
        }
    }

    /**
     * A module's part.
     *
     * @param write its write
     * @param again what does it again, where rights may be lost by it; empty where it is new
     */
    record ModuleWrite(RecordWrites.Write write, Optional<Journal.Command> again) {}

    /**
     * Writes.
     *
     * @return the catalog as it is then; empty if another writer came between
     */
    Optional<Written<Entry<CatalogRecord>>> commit(Entry<CatalogRecord> catalog, Update update) {
        CatalogRecord payload =
                update.after().toBuilder().setUpdateTime(writes.timestamp()).build();
        RecordWrites.Write write = writes.next(catalog.stored(), payload, update.event());
        List<Commit.RecordChange> records = new ArrayList<>(List.of(write.change()));
        List<Commit.NewEvent> events = new ArrayList<>(List.of(write.event()));
        List<Effects.Effect> done = new ArrayList<>(
                List.of(new Effects.Effect(write.record(), write, KnownAge.OF_ANY_TENANT, update.again())));
        for (ModuleWrite module : update.modules()) {
            records.add(module.write().change());
            events.add(module.write().event());
            done.add(new Effects.Effect(module.write().record(), write, KnownAge.OF_ANY_TENANT, module.again()));
        }
        Commit commit = new Commit(
                catalog.stored().key().slot(),
                update.urgency(),
                records,
                List.of(),
                List.of(),
                events,
                Optional.empty());
        return effects.commit(commit, done).written(new Entry<>(write.record(), payload));
    }

    /** What is known of a record that is there already. */
    Times known(StoredRecord record) {
        return effects.known(record.key(), record.version(), KnownAge.OF_ANY_TENANT);
    }

    /** What is known of a record that is there already, and that may have taken rights away when it came there. */
    Times known(StoredRecord record, Journal.Command again) {
        return effects.known(record, KnownAge.OF_ANY_TENANT, Optional.of(again));
    }

    /** A catalog with other modules. */
    static CatalogRecord with(CatalogRecord catalog, List<ModuleReference> modules) {
        return catalog.toBuilder().clearModules().addAllModules(modules).build();
    }

    /** Modules with one more, or with another state of one, in the order of their ids. */
    static List<ModuleReference> with(List<ModuleReference> modules, Entry<ModuleRecord> module) {
        List<ModuleReference> all =
                new ArrayList<>(without(modules, module.payload().getId()));
        StoredRecord stored = module.stored();
        all.add(ModuleReference.newBuilder()
                .setId(module.payload().getId())
                .setUid(CatalogMessages.bytes(stored.uid()))
                .setVersion(stored.version())
                .build());
        all.sort(Comparator.comparing(ModuleReference::getId));
        return all;
    }

    /** Modules without one. */
    static List<ModuleReference> without(List<ModuleReference> modules, String module) {
        return modules.stream()
                .filter(reference -> !reference.getId().equals(module))
                .toList();
    }

    /** What a catalog's history tells of modules that came, went, or became others. */
    static EventDraft event(Caller caller, String requestId, String kind, List<Happened> modules) {
        List<FieldChange> changes = modules.stream().map(Happened::told).toList();
        return new EventDraft(caller, requestId, kind, changes);
    }

    /**
     * What happened to a module of a catalog.
     *
     * @param module its id
     * @param wasThere whether it was there before
     * @param isThere whether it is there now
     */
    record Happened(String module, boolean wasThere, boolean isThere) {
        private FieldChange told() {
            String json = "\"" + module + "\"";
            FieldChange.Builder change = FieldChange.newBuilder().setPath("modules");
            if (wasThere) {
                change.setBefore(json);
            }
            if (isThere) {
                change.setAfter(json);
            }
            return change.build();
        }
    }
}
