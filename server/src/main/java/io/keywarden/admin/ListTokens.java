package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.ListTokensResponse;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;

/** Reads the tokens of a tenant, oldest first. */
final class ListTokens {
    private final TenantFinder tenants;
    private final TokenPages pages;
    private final RecordWrites writes;

    ListTokens(TenantFinder tenants, TokenPages pages, RecordWrites writes) {
        this.tenants = tenants;
        this.pages = pages;
        this.writes = writes;
    }

    ListTokensResponse run(ListTokensRequest request) {
        FieldChecks nameChecks = new FieldChecks();
        String id =
                ResourceNames.tenant(nameChecks, "parent", request.getParent()).orElse("");
        nameChecks.finish();
        Entry<TenantRecord> tenant = tenants.find(id);
        String scope = "tokens " + tenant.uid() + (request.getShowDeleted() ? " all" : "");
        FieldChecks checks = new FieldChecks();
        Pages page = Pages.of(checks, request.getPageSize(), request.getPageToken(), scope);
        checks.finish();
        Timestamp now = writes.timestamp();
        ListTokensResponse.Builder response = ListTokensResponse.newBuilder();
        String next = pages.read(tenant, page, token -> {
            boolean deleted = token.payload().getState() == TokenRecord.State.DELETED;
            if (request.getShowDeleted() || !deleted) {
                response.addTokens(TokenMessages.token(tenant.payload(), token, now));
            }
        });
        return response.setNextPageToken(next).build();
    }
}
