package io.keywarden.admin;

import io.keywarden.admin.v1.GetCatalogRequest;
import io.keywarden.admin.v1.GetCatalogResponse;

/** Reads one catalog. */
final class GetCatalog {
    private final CatalogFinder catalogs;

    GetCatalog(CatalogFinder catalogs) {
        this.catalogs = catalogs;
    }

    GetCatalogResponse run(GetCatalogRequest request) {
        FieldChecks checks = new FieldChecks();
        String id = ResourceNames.catalog(checks, "name", request.getName()).orElse("");
        checks.finish();
        return GetCatalogResponse.newBuilder()
                .setCatalog(CatalogMessages.catalog(catalogs.find(id)))
                .build();
    }
}
