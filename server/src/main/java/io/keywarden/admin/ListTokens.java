package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.ListTokensResponse;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the tokens of a tenant, oldest first. */
final class ListTokens {
    private final TenantFinder tenants;
    private final OwnerFinder owners;
    private final TokenPages pages;
    private final RecordWrites writes;

    ListTokens(TenantFinder tenants, OwnerFinder owners, TokenPages pages, RecordWrites writes) {
        this.tenants = tenants;
        this.owners = owners;
        this.pages = pages;
        this.writes = writes;
    }

    ListTokensResponse run(ListTokensRequest request, Caller caller) {
        FieldChecks nameChecks = new FieldChecks();
        String id =
                ResourceNames.tenant(nameChecks, "parent", request.getParent()).orElse("");
        nameChecks.finish();
        Entry<TenantRecord> tenant = tenants.find(id);
        FieldChecks checks = new FieldChecks();
        checks.require(
                Timestamps.isValid(request.getExpireTimeBefore()),
                "expire_time_before",
                "a time between 0001 and 9999");
        checks.finish();
        String scope = "tokens " + tenant.uid() + (request.getShowDeleted() ? " all" : "") + until(request);
        Pages page = Pages.of(checks, request.getPageSize(), request.getPageToken(), scope);
        checks.finish();
        Timestamp now = writes.timestamp();
        List<Entry<TokenRecord>> tokens = new ArrayList<>();
        String next = pages.read(tenant, page, token -> {
            boolean theirs =
                    caller.onlyOwner().map(owner -> owner.owns(token.payload())).orElse(true);
            if (theirs && isAskedFor(request, tenant.payload(), token.payload())) {
                tokens.add(token);
            }
        });
        List<Optional<Entry<OwnerRecord>>> above = owners.of(tenant, tokens);
        ListTokensResponse.Builder response = ListTokensResponse.newBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            response.addTokens(TokenMessages.token(new Above(tenant, above.get(i)), tokens.get(i), now));
        }
        return response.setNextPageToken(next).build();
    }

    /** What a page token is good for besides: the pages of another time are others. */
    private static String until(ListTokensRequest request) {
        return request.hasExpireTimeBefore() ? " before " + Timestamps.toString(request.getExpireTimeBefore()) : "";
    }

    private static boolean isAskedFor(ListTokensRequest request, TenantRecord tenant, TokenRecord token) {
        boolean ends = !request.hasExpireTimeBefore()
                || TokenEnd.of(tenant, token)
                        .filter(end -> Timestamps.compare(end, request.getExpireTimeBefore()) < 0)
                        .isPresent();
        return ends && (request.getShowDeleted() || token.getState() != TokenRecord.State.DELETED);
    }
}
