package io.keywarden.admin;

import io.keywarden.admin.v1.ListTenantsRequest;
import io.keywarden.admin.v1.ListTenantsResponse;
import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.TenantRecord;

/** Reads tenants in the order of their ids. */
final class ListTenants {
    private final IdLists lists;

    ListTenants(IdLists lists) {
        this.lists = lists;
    }

    ListTenantsResponse run(ListTenantsRequest request) {
        FieldChecks checks = new FieldChecks();
        Pages page = Pages.of(checks, request.getPageSize(), request.getPageToken(), "tenants");
        checks.finish();
        ListTenantsResponse.Builder response = ListTenantsResponse.newBuilder();
        String next = lists.read(
                IndexKey.TENANTS,
                Namespace.TENANT_ID,
                page,
                stored -> response.addTenants(TenantMessages.tenant(Entry.of(stored, TenantRecord.parser()))));
        return response.setNextPageToken(next).build();
    }
}
