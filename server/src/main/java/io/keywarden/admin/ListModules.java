package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.v1.ListModulesRequest;
import io.keywarden.admin.v1.ListModulesResponse;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleReference;
import java.util.List;
import java.util.Optional;

/** Reads the modules of a catalog in the order of their ids. */
final class ListModules {
    private final CatalogFinder catalogs;

    ListModules(CatalogFinder catalogs) {
        this.catalogs = catalogs;
    }

    ListModulesResponse run(ListModulesRequest request) {
        FieldChecks checks = new FieldChecks();
        String id = ResourceNames.catalog(checks, "parent", request.getParent()).orElse("");
        checks.finish();
        return Attempts.run(() -> attempt(request, id), ResourceType.CATALOG, request.getParent());
    }

    private Optional<ListModulesResponse> attempt(ListModulesRequest request, String id) {
        Entry<CatalogRecord> catalog = catalogs.find(id);
        FieldChecks checks = new FieldChecks();
        Pages page = Pages.of(checks, request.getPageSize(), request.getPageToken(), "modules " + catalog.uid());
        checks.finish();
        List<ModuleReference> rest = catalog.payload().getModulesList().stream()
                .filter(reference -> reference.getId().compareTo(page.after()) > 0)
                .toList();
        List<ModuleReference> wanted = rest.subList(0, Math.min(page.size(), rest.size()));
        return catalogs.modules(catalog, wanted).map(modules -> {
            ListModulesResponse.Builder response = ListModulesResponse.newBuilder();
            modules.values().forEach(module -> response.addModules(CatalogMessages.module(id, module)));
            if (rest.size() > wanted.size()) {
                response.setNextPageToken(
                        page.next(wanted.get(wanted.size() - 1).getId()));
            }
            return response.build();
        });
    }
}
