package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.Missing;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Uid;
import java.util.Optional;

/** Finds tokens, with their tenants. */
final class TokenFinder {
    private final AdminStore store;
    private final TenantFinder tenants;
    private final OwnerFinder owners;

    TokenFinder(AdminStore store, TenantFinder tenants, OwnerFinder owners) {
        this.store = store;
        this.tenants = tenants;
        this.owners = owners;
    }

    /**
     * A token and what stands above it.
     *
     * @param above its tenant and its owner
     * @param token the token
     */
    record Found(Above above, Entry<TokenRecord> token) {}

    /**
     * The token with a name. Its tenant is found through its own record: nobody who takes away the claim of the tenant's id
     * can keep a token from being revoked.
     */
    Found find(TokenName name) {
        Optional<Entry<TokenRecord>> token = read(name);
        Optional<Found> found = token.flatMap(own -> tenantOf(own)
                .filter(tenant -> tenant.payload().getId().equals(name.tenant()))
                .map(tenant -> found(tenant, own)));
        return found.orElseGet(() -> {
            Entry<TenantRecord> tenant = tenants.find(name.tenant());
            return found(tenant, find(tenant, name));
        });
    }

    /** A tenant's token with a name. A token of another tenant is not found under this one's name. */
    Entry<TokenRecord> find(Entry<TenantRecord> tenant, TokenName name) {
        return read(name)
                .filter(token -> token.payload().getTenantUid().equals(CatalogMessages.bytes(tenant.uid())))
                .orElseThrow(() -> new AdminException(new Missing(ResourceType.TOKEN, name.text())));
    }

    private Found found(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
        return new Found(above(tenant, token), token);
    }

    /** What stands above a tenant's token. */
    Above above(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
        return new Above(tenant, owners.of(tenant, token.payload()));
    }

    private Optional<Entry<TokenRecord>> read(TokenName name) {
        return store.read(RecordKey.token(name.id()))
                .map(stored -> Entry.of(stored, TokenRecord.parser()))
                .filter(token -> !Purge.isDone(token.payload()));
    }

    private Optional<Entry<TenantRecord>> tenantOf(Entry<TokenRecord> token) {
        Uid uid = Uid.of(token.payload().getTenantUid().toByteArray());
        return store.read(RecordKey.tenant(token.stored().key().slot(), uid))
                .map(stored -> Entry.of(stored, TenantRecord.parser()));
    }
}
