package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.Missing;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;

/** Finds tokens, with their tenants. */
final class TokenFinder {
    private final AdminStore store;
    private final TenantFinder tenants;

    TokenFinder(AdminStore store, TenantFinder tenants) {
        this.store = store;
        this.tenants = tenants;
    }

    /**
     * A token and its tenant.
     *
     * @param tenant the tenant
     * @param token the token
     */
    record Found(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {}

    /** The token with a name. */
    Found find(TokenName name) {
        Entry<TenantRecord> tenant = tenants.find(name.tenant());
        return new Found(tenant, find(tenant, name));
    }

    /** A tenant's token with a name. A token of another tenant is not found under this one's name. */
    Entry<TokenRecord> find(Entry<TenantRecord> tenant, TokenName name) {
        return store.read(RecordKey.token(name.id()))
                .map(stored -> Entry.of(stored, TokenRecord.parser()))
                .filter(token -> token.payload().getTenantUid().equals(CatalogMessages.bytes(tenant.uid())))
                .orElseThrow(() -> new AdminException(new Missing(ResourceType.TOKEN, name.text())));
    }
}
