package io.keywarden.store;

import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Owner;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Knows one tenant with one host and one token with its owner at once, as a cache that is warm does, and nothing of any other. For the
 * warm-up and for measuring; what it says comes from no store.
 *
 * @param host the tenant's host
 * @param tenant the tenant
 * @param owner the token's owner; empty where it has none
 * @param token the tenant's token
 * @param catalog the tenant's catalog
 */
public record KnownView(String host, Tenant tenant, Optional<Owner> owner, Token token, CompiledCatalog catalog)
        implements CheckView {
    @Override
    public Lookup<TenantRef> tenantOfHost(String asked) {
        return asked.equals(host)
                ? new Lookup.Found<>(new TenantRef(tenant.uid(), token.id().slot()))
                : new Lookup.NotFound<>();
    }

    @Override
    public Lookup<TenantRef> tenantOfId(String asked) {
        return asked.equals(tenant.id())
                ? new Lookup.Found<>(new TenantRef(tenant.uid(), token.id().slot()))
                : new Lookup.NotFound<>();
    }

    @Override
    public Lookup<TokenId> tokenOfCredentialId(TenantRef asked, String credentialId) {
        return new Lookup.NotFound<>();
    }

    @Override
    public Lookup<TokenId> tokenOfSecret(TenantRef asked, List<byte[]> digests) {
        return new Lookup.NotFound<>();
    }

    @Override
    public Lookup<Owner> owner(SlotTag slot, Uid asked) {
        return owner.filter(known -> known.uid().equals(asked))
                .<Lookup<Owner>>map(Lookup.Found::new)
                .orElseGet(Lookup.NotFound::new);
    }

    @Override
    public Lookup<Tenant> tenant(TenantRef asked) {
        return asked.uid().equals(tenant.uid()) ? new Lookup.Found<>(tenant) : new Lookup.NotFound<>();
    }

    @Override
    public Lookup<Token> token(TokenId asked) {
        return asked.equals(token.id()) ? new Lookup.Found<>(token) : new Lookup.NotFound<>();
    }

    @Override
    public Lookup<CompiledCatalog> catalog(Tenant.CatalogRef asked) {
        return asked.equals(tenant.catalog()) ? new Lookup.Found<>(catalog) : new Lookup.NotFound<>();
    }

    @Override
    public boolean isComplete() {
        return true;
    }

    @Override
    public CompletionStage<Void> load(Duration limit) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean distrust() {
        return false;
    }

    @Override
    public Optional<Decision.CannotTell> doubt(Optional<OutagePolicy> policy) {
        return Optional.empty();
    }

    @Override
    public Duration age() {
        return Duration.ZERO;
    }
}
