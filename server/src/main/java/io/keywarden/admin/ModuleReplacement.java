package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.v1.Module;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts modules of a catalog in place of what they were, or adds them, all in one step. */
final class ModuleReplacement {
    private final CatalogChange change;
    private final RecordWrites writes;
    private final SecureRandom random;

    ModuleReplacement(CatalogChange change, RecordWrites writes, SecureRandom random) {
        this.change = change;
        this.writes = writes;
        this.random = random;
    }

    /**
     * What is asked for.
     *
     * @param caller who asks
     * @param rpc by which RPC
     * @param catalogField the field of the request that is wrong where there would be too many modules
     * @param operationsField the field of the request that is wrong where two operations would answer to one request
     */
    record Order(Caller caller, String rpc, String catalogField, String operationsField) {}

    /**
     * A catalog as it was read.
     *
     * @param entry the catalog
     * @param modules all of its modules, by their ids
     */
    record Read(Entry<CatalogRecord> entry, Map<String, Entry<ModuleRecord>> modules) {
        private String id() {
            return entry.payload().getId();
        }
    }

    /**
     * What is to be written.
     *
     * @param read the catalog as it was
     * @param before the modules that differ, as they were; nothing for new ones
     * @param after the modules that differ, as they shall be
     */
    record Plan(Read read, Map<String, Entry<ModuleRecord>> before, Map<String, ModuleRecord> after) {}

    /**
     * What came of it.
     *
     * @param catalog the catalog
     * @param modules all of its modules that were asked for
     */
    record Replaced(Entry<CatalogRecord> catalog, Map<String, Entry<ModuleRecord>> modules) {}

    /**
     * Finds out what differs.
     *
     * @param wanted the modules as they shall be, whole, by their ids
     * @throws AdminException if the catalog can't be so, or the caller may not make it so
     */
    Plan plan(Order order, Read read, Map<String, Module> wanted) {
        Map<String, Entry<ModuleRecord>> before = new LinkedHashMap<>();
        Map<String, ModuleRecord> after = new LinkedHashMap<>();
        CatalogRoutes routes = CatalogRoutes.of(read.modules().values());
        wanted.forEach((id, module) -> {
            Entry<ModuleRecord> there = read.modules().get(id);
            ModuleRecord record = there == null
                    ? first(read, id, module)
                    : CatalogMessages.record(there.payload(), module, random).build();
            if (there == null) {
                after.put(id, record);
                routes.put(Uid.random(random), record);
            } else if (!record.equals(there.payload())) {
                Shadows.require(order.caller(), there.payload(), record, writes.timestamp());
                before.put(id, there);
                after.put(id, record);
                routes.put(there.uid(), record);
            }
        });
        routes.requireRoom(order.catalogField(), order.operationsField());
        return new Plan(read, before, after);
    }

    /**
     * Writes what differs; nothing where nothing does.
     *
     * @return empty if another writer came between
     */
    Optional<Written<Replaced>> write(Order order, Plan plan) {
        Read read = plan.read();
        if (plan.after().isEmpty()) {
            return Optional.of(known(read));
        }
        List<ModuleReference> references = read.entry().payload().getModulesList();
        List<CatalogChange.ModuleWrite> modules = new ArrayList<>();
        List<CatalogChange.Happened> happened = new ArrayList<>();
        Map<String, Entry<ModuleRecord>> result = new LinkedHashMap<>(read.modules());
        boolean narrows = false;
        for (Map.Entry<String, ModuleRecord> module : plan.after().entrySet()) {
            String id = module.getKey();
            Optional<Entry<ModuleRecord>> before =
                    Optional.ofNullable(plan.before().get(id));
            ModuleRecord after = module.getValue().toBuilder()
                    .setUpdateTime(writes.timestamp())
                    .build();
            RecordWrites.Write write = write(order, read, before, after);
            Entry<ModuleRecord> written = new Entry<>(write.record(), after);
            result.put(id, written);
            references = CatalogChange.with(references, written);
            modules.add(new CatalogChange.ModuleWrite(write, before.map(was -> again(read, written))));
            happened.add(new CatalogChange.Happened(id, before.isPresent(), true));
            narrows |=
                    before.isPresent() && ModuleNarrowing.narrows(before.get().payload(), after);
        }
        CatalogChange.Update update = CatalogChange.Update.ofModules(
                CatalogChange.with(read.entry().payload(), references),
                CatalogChange.event(order.caller(), "", order.rpc(), happened),
                modules,
                narrows ? Commit.Urgency.NARROWS : Commit.Urgency.GROWS);
        return change.commit(read.entry(), update)
                .map(catalog -> new Written<>(new Replaced(catalog.value(), result), catalog.times()));
    }

    /** What is known where all is so already: of each module, since whoever brought it there may have ended too early. */
    private Written<Replaced> known(Read read) {
        read.modules().values().forEach(module -> {
            Times unused = change.known(module.stored(), again(read, module));
        });
        return new Written<>(
                new Replaced(read.entry(), read.modules()),
                change.known(read.entry().stored()));
    }

    private RecordWrites.Write write(Order order, Read read, Optional<Entry<ModuleRecord>> before, ModuleRecord after) {
        Module was = before.map(there ->
                        CatalogMessages.contents(read.id(), there.payload()).build())
                .orElse(Module.getDefaultInstance());
        Module is = CatalogMessages.contents(read.id(), after).build();
        EventDraft event = new EventDraft(order.caller(), "", order.rpc(), FieldDiff.between(was, is));
        if (before.isPresent()) {
            return writes.next(before.get().stored(), after, event);
        }
        Uid uid = Uid.random(random);
        return writes.first(RecordKey.module(read.entry().stored().key().slot(), uid), uid, after, event);
    }

    private ModuleRecord first(Read read, String id, Module module) {
        Timestamp now = writes.timestamp();
        return CatalogMessages.record(id, module, random)
                .setCreateTime(now)
                .setUpdateTime(now)
                .setCatalogUid(CatalogMessages.bytes(read.entry().uid()))
                .build();
    }

    private static Journal.Command again(Read read, Entry<ModuleRecord> module) {
        return new Journal.Command(
                Narrowing.UPDATE_MODULE,
                new ModuleName(read.id(), module.payload().getId()).text(),
                0,
                module.payload().toByteString());
    }
}
