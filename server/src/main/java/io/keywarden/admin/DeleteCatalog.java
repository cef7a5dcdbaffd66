package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.WrongState;
import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.v1.DeleteCatalogRequest;
import io.keywarden.admin.v1.DeleteCatalogResponse;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import io.keywarden.token.Uid;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Removes a catalog that no tenant uses: its modules first, some at a time, then itself. What remains of it has no name, and
 * its identity never comes back; the entry in the list of all stays, and readers skip it. Whatever breaks in between leaves a
 * catalog with fewer modules, which a repeat removes.
 */
final class DeleteCatalog {
    /** How many modules go in one step: the store holds nobody up for longer. */
    private static final int CHUNK = 20;

    private final CatalogFinder catalogs;
    private final CatalogUsers users;
    private final Claims claims;
    private final CatalogChange change;
    private final RecordWrites writes;

    DeleteCatalog(Names names, CatalogChange change, RecordWrites writes) {
        this.catalogs = names.catalogs();
        this.users = names.users();
        this.claims = names.claims();
        this.change = change;
        this.writes = writes;
    }

    /**
     * How catalogs are found, and by whom.
     *
     * @param catalogs finds them
     * @param users tells who uses them
     * @param claims holds their names
     */
    record Names(CatalogFinder catalogs, CatalogUsers users, Claims claims) {}

    /**
     * What is to be removed.
     *
     * @param id the catalog
     * @param etag how it must be; empty text for any
     * @param only its identity; empty for any
     * @param force whether modules go with it
     */
    private record Order(String id, String etag, Optional<Uid> only, boolean force) {
        private Order next(String nextEtag) {
            return new Order(id, nextEtag, only, force);
        }
    }

    Held<DeleteCatalogResponse> run(DeleteCatalogRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<String> id = ResourceNames.catalog(checks, "name", request.getName());
        checks.finish();
        Times times =
                remove(new Order(id.orElseThrow(), request.getEtag(), Optional.empty(), request.getForce()), caller);
        DeleteCatalogResponse.Builder response =
                DeleteCatalogResponse.newBuilder().setDurability(times.visibleDurability());
        times.effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), times.until(request.getWait()));
    }

    /**
     * Removes a catalog that was removed once.
     *
     * @param uid its identity: another one that has its name meanwhile stays
     */
    void again(String id, Uid uid, Caller caller) {
        Times unused = remove(new Order(id, "", Optional.of(uid), true), caller);
    }

    private Times remove(Order first, Caller caller) {
        Order order = first;
        String name = ResourceNames.catalog(order.id());
        while (true) {
            Order step = order;
            Written<Entry<CatalogRecord>> done = Attempts.run(() -> attempt(step, caller), ResourceType.CATALOG, name);
            if (done.value().payload().getId().isEmpty()) {
                claims.release(
                        new Claims.Name(Namespace.CATALOG_ID, order.id()),
                        done.value().uid());
                return done.times();
            }
            // Whoever changes it from here on meant to keep it.
            order = order.next(done.value().etag());
        }
    }

    private Optional<Written<Entry<CatalogRecord>>> attempt(Order order, Caller caller) {
        Entry<CatalogRecord> catalog = catalogs.find(order.id());
        String name = ResourceNames.catalog(order.id());
        if (order.only().isPresent() && !order.only().get().equals(catalog.uid())) {
            throw new AdminException(new AdminFailure.Missing(ResourceType.CATALOG, name));
        }
        Etags.check(order.etag(), catalog.stored(), ResourceType.CATALOG, name);
        requireUnused(name, catalog, order.force());
        List<ModuleReference> all = catalog.payload().getModulesList();
        List<ModuleReference> going = all.subList(0, Math.min(CHUNK, all.size()));
        CatalogRecord fewer = CatalogChange.with(catalog.payload(), all.subList(going.size(), all.size()));
        CatalogRecord after = fewer.getModulesCount() > 0
                ? fewer
                : fewer.toBuilder().clearId().build();
        return catalogs.modules(catalog, going)
                .flatMap(modules -> change.commit(catalog, update(order.id(), after, modules, caller)));
    }

    private CatalogChange.Update update(
            String id, CatalogRecord after, Map<String, Entry<ModuleRecord>> modules, Caller caller) {
        EventDraft event = CatalogChange.event(
                caller,
                "",
                "DeleteCatalog",
                modules.keySet().stream()
                        .map(module -> new CatalogChange.Happened(module, true, false))
                        .toList());
        List<CatalogChange.ModuleWrite> gone = modules.values().stream()
                .map(module -> new CatalogChange.ModuleWrite(
                        DeleteModule.tombstone(writes, id, module, event), Optional.of(ofModule(id, module))))
                .toList();
        Journal.Command again = new Journal.Command(Narrowing.DELETE_CATALOG, ResourceNames.catalog(id), 0);
        return new CatalogChange.Update(after, event, gone, Commit.Urgency.NARROWS, Optional.of(again));
    }

    private static Journal.Command ofModule(String catalog, Entry<ModuleRecord> module) {
        String name = new ModuleName(catalog, module.payload().getId()).text();
        return new Journal.Command(Narrowing.DELETE_MODULE, name, 0);
    }

    private void requireUnused(String name, Entry<CatalogRecord> catalog, boolean force) {
        Optional<String> user = users.first(catalog.uid());
        if (user.isPresent()) {
            throw new AdminException(
                    new WrongState(ErrorReason.CATALOG_IN_USE, name, "is used by " + ResourceNames.tenant(user.get())));
        }
        if (!force && catalog.payload().getModulesCount() > 0) {
            throw new AdminException(new WrongState(
                    ErrorReason.CATALOG_NOT_EMPTY, name, "still has modules: delete them first, or set force"));
        }
    }
}
