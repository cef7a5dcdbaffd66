package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ModuleReplacement.Plan;
import io.keywarden.admin.ModuleReplacement.Read;
import io.keywarden.admin.ModuleReplacement.Replaced;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.ModuleDiff;
import io.keywarden.admin.v1.Operation;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the operations that a description describes in place of those of modules, all of them in one step, or says what would change. */
final class ModuleImport {
    private final CatalogFinder catalogs;
    private final ModuleReplacement replacement;

    ModuleImport(CatalogFinder catalogs, ModuleReplacement replacement) {
        this.catalogs = catalogs;
        this.replacement = replacement;
    }

    /**
     * What is to be imported.
     *
     * @param catalog the catalog's id
     * @param etag how the catalog must be; empty text for any
     * @param modules what each module gets, by their ids
     * @param validateOnly whether nothing is to be written
     * @param order who asks, and by what
     */
    record Import(
            String catalog,
            String etag,
            Map<String, List<ImportedOperation>> modules,
            boolean validateOnly,
            ModuleReplacement.Order order) {}

    /**
     * What came of it.
     *
     * @param catalog the catalog as it is then
     * @param modules what differs
     * @param times what is known of the write; empty where nothing was to be written
     */
    record Imported(Entry<CatalogRecord> catalog, List<ModuleDiff> modules, Optional<Times> times) {}

    Imported run(Import wanted) {
        return Attempts.run(() -> attempt(wanted), ResourceType.CATALOG, ResourceNames.catalog(wanted.catalog()));
    }

    private Optional<Imported> attempt(Import wanted) {
        Entry<CatalogRecord> catalog = catalogs.find(wanted.catalog());
        Etags.check(wanted.etag(), catalog.stored(), ResourceType.CATALOG, ResourceNames.catalog(wanted.catalog()));
        return catalogs.modules(catalog, catalog.payload().getModulesList())
                .flatMap(modules -> attempt(wanted, new Read(catalog, modules)));
    }

    private Optional<Imported> attempt(Import wanted, Read read) {
        Map<String, Module> modules = new LinkedHashMap<>();
        List<ModuleDiff> diffs = new ArrayList<>();
        FieldChecks checks = new FieldChecks();
        wanted.modules().forEach((id, operations) -> {
            Optional<Module> before =
                    Optional.ofNullable(read.modules().get(id)).map(there -> contents(wanted, there));
            List<ImportedOperation> merged = merged(before, operations);
            Module after = before.map(Module::toBuilder)
                    .orElseGet(Module::newBuilder)
                    .clearOperations()
                    .addAllOperations(
                            merged.stream().map(ImportedOperation::operation).toList())
                    .build();
            ModuleChecks.fields(checks, after);
            modules.put(id, after);
            diffs.add(OperationDiffs.of(new ResourceNames.ModuleName(wanted.catalog(), id).text(), before, merged));
        });
        checks.finish();
        Plan plan = replacement.plan(wanted.order(), read, modules);
        if (wanted.validateOnly()) {
            return Optional.of(new Imported(read.entry(), diffs, Optional.empty()));
        }
        Optional<Written<Replaced>> written = replacement.write(wanted.order(), plan);
        return written.map(done -> new Imported(done.value().catalog(), diffs, Optional.of(done.times())));
    }

    private static List<ImportedOperation> merged(Optional<Module> before, List<ImportedOperation> operations) {
        Map<String, Operation> there = new HashMap<>();
        before.ifPresent(
                module -> module.getOperationsList().forEach(operation -> there.put(operation.getId(), operation)));
        return operations.stream()
                .map(imported -> Optional.ofNullable(
                                there.get(imported.operation().getId()))
                        .map(imported::over)
                        .orElse(imported))
                .toList();
    }

    private static Module contents(Import wanted, Entry<ModuleRecord> there) {
        return CatalogMessages.contents(wanted.catalog(), there.payload()).build();
    }
}
