package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.Missing;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.v1.GetModuleRequest;
import io.keywarden.admin.v1.GetModuleResponse;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import java.util.List;
import java.util.Optional;

/** Reads one module. */
final class GetModule {
    private final CatalogFinder catalogs;

    GetModule(CatalogFinder catalogs) {
        this.catalogs = catalogs;
    }

    GetModuleResponse run(GetModuleRequest request) {
        FieldChecks checks = new FieldChecks();
        Optional<ModuleName> name = ResourceNames.module(checks, "name", request.getName());
        checks.finish();
        return GetModuleResponse.newBuilder()
                .setModule(CatalogMessages.module(
                        name.orElseThrow().catalog(),
                        Attempts.run(() -> find(name.orElseThrow()), ResourceType.MODULE, request.getName())))
                .build();
    }

    private Optional<Entry<ModuleRecord>> find(ModuleName name) {
        Entry<CatalogRecord> catalog = catalogs.find(name.catalog());
        ModuleReference reference =
                CatalogFinder.reference(catalog, name.module()).orElseThrow(() -> missing(name));
        return catalogs.modules(catalog, List.of(reference))
                .flatMap(modules -> modules.values().stream().findFirst());
    }

    static AdminException missing(ModuleName name) {
        return new AdminException(new Missing(ResourceType.MODULE, name.text()));
    }
}
