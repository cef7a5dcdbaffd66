package io.keywarden.admin;

import io.grpc.ServerBuilder;
import io.keywarden.credential.IdTags;
import io.keywarden.store.Aliases;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * The Admin API: its services behind authentication, ready to be put on a server. Its calls block the thread they are on, so
 * the server needs an executor of its own, with a bound.
 */
public final class AdminApi {
    private final AdminStore store;
    private final AdminKeys keys;
    private final BootstrapToken bootstrap;
    private final InstantSource clock;
    private final SecureRandom random;

    /** Takes what the commands work with. */
    public AdminApi(
            AdminStore store, AdminKeys keys, BootstrapToken bootstrap, InstantSource clock, SecureRandom random) {
        this.store = store;
        this.keys = keys;
        this.bootstrap = bootstrap;
        this.clock = clock;
        this.random = random;
    }

    /** Puts the services on a server, and guards all of its services but health and reflection. */
    public void installOn(ServerBuilder<?> server) {
        RecordWrites writes = new RecordWrites(keys.signer(), clock);
        Claims claims = new Claims(store, writes, new Aliases(keys.tagKeys()), random);
        CatalogFinder catalogs = new CatalogFinder(store, claims);
        Shared shared = new Shared(writes, claims, catalogs, new TenantFinder(claims));
        server.addService(new CatalogService(catalogCommands(shared)));
        server.addService(new TenantService(tenantCommands(shared)));
        server.addService(new TokenService(tokenCommands(shared)));
        // The one added last is the outermost.
        server.intercept(new AdminAuthentication(bootstrap, clock));
        server.intercept(new UniformFailures());
    }

    private record Shared(RecordWrites writes, Claims claims, CatalogFinder catalogs, TenantFinder tenants) {}

    private CatalogService.Commands catalogCommands(Shared shared) {
        RecordWrites writes = shared.writes();
        CatalogChange change = new CatalogChange(store, writes);
        return new CatalogService.Commands(
                new CreateCatalog(founding(shared), shared.claims(), writes),
                new GetCatalog(shared.catalogs()),
                new ListCatalogs(new IdLists(store, shared.claims())),
                new CreateModule(shared.catalogs(), change, writes, random),
                new GetModule(shared.catalogs()),
                new ListModules(shared.catalogs()),
                new DeleteModule(shared.catalogs(), change, writes));
    }

    private TenantService.Commands tenantCommands(Shared shared) {
        TenantStateChange change = new TenantStateChange(store, shared.tenants(), shared.writes());
        return new TenantService.Commands(
                new CreateTenant(founding(shared), shared.claims(), shared.catalogs(), shared.writes()),
                new GetTenant(shared.tenants()),
                new ListTenants(new IdLists(store, shared.claims())),
                new EnableTenant(change),
                new DisableTenant(change));
    }

    private TokenService.Commands tokenCommands(Shared shared) {
        RecordWrites writes = shared.writes();
        TokenIssuer issuer = new TokenIssuer(new IdTags(keys.tagKeys()), keys.hasher(), random);
        NewTokens newTokens = new NewTokens(store, writes, issuer, new Fingerprints(keys.tagKeys()));
        TokenFinder tokens = new TokenFinder(store, shared.tenants());
        TokenChange change = new TokenChange(store, tokens, writes);
        return new TokenService.Commands(
                new CreateToken(shared.tenants(), tokens, shared.catalogs(), new RequestMarks(store), newTokens),
                new GetToken(tokens, writes),
                new ListTokens(shared.tenants(), new TokenPages(store), writes),
                new EnableToken(change),
                new DisableToken(change),
                new RevokeToken(change),
                new DeleteToken(change, writes));
    }

    private Founding founding(Shared shared) {
        return new Founding(store, shared.claims(), shared.writes(), random);
    }
}
