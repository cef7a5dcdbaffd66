package io.keywarden.admin;

import io.keywarden.admin.v1.ListCatalogsRequest;
import io.keywarden.admin.v1.ListCatalogsResponse;
import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.CatalogRecord;

/** Reads catalogs in the order of their ids. */
final class ListCatalogs {
    private final IdLists lists;

    ListCatalogs(IdLists lists) {
        this.lists = lists;
    }

    ListCatalogsResponse run(ListCatalogsRequest request) {
        FieldChecks checks = new FieldChecks();
        Pages page = Pages.of(checks, request.getPageSize(), request.getPageToken(), "catalogs");
        checks.finish();
        ListCatalogsResponse.Builder response = ListCatalogsResponse.newBuilder();
        String next = lists.read(
                IndexKey.CATALOGS,
                Namespace.CATALOG_ID,
                page,
                stored -> response.addCatalogs(CatalogMessages.catalog(Entry.of(stored, CatalogRecord.parser()))));
        return response.setNextPageToken(next).build();
    }
}
