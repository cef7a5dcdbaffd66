package io.keywarden.bench.jmh;

import io.keywarden.bench.compare.Requests;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Knows everything about the world at once, as a cache that is warm does, and nothing of anything else. */
final class KnownView implements CheckView {
    private final World world;
    private final Lookup<TenantRef> ref;
    private final Lookup<Tenant> tenant;
    private final Lookup<Token> token;
    private final Lookup<CompiledCatalog> catalog;

    KnownView(World world) {
        this.world = world;
        this.ref = new Lookup.Found<>(new TenantRef(world.tenant().uid(), World.SLOT));
        this.tenant = new Lookup.Found<>(world.tenant());
        this.token = new Lookup.Found<>(world.token());
        this.catalog = new Lookup.Found<>(world.catalog());
    }

    @Override
    public Lookup<TenantRef> tenantOfHost(String host) {
        return host.equals(Requests.HOST) ? ref : new Lookup.NotFound<>();
    }

    @Override
    public Lookup<Tenant> tenant(TenantRef wanted) {
        return wanted.uid().equals(world.tenant().uid()) ? tenant : new Lookup.NotFound<>();
    }

    @Override
    public Lookup<Token> token(TokenId id) {
        return id.equals(world.token().id()) ? token : new Lookup.NotFound<>();
    }

    @Override
    public Lookup<CompiledCatalog> catalog(Tenant.CatalogRef wanted) {
        return catalog;
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
}
