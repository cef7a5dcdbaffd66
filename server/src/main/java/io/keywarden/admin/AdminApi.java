package io.keywarden.admin;

import io.grpc.ServerBuilder;
import io.keywarden.credential.IdTags;
import io.keywarden.store.Aliases;
import io.keywarden.store.StoreCondition;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * The Admin API: its services behind authentication, ready to be put on a server. Its calls block the thread they are on, so
 * the server needs an executor of its own, with a bound.
 */
public final class AdminApi {
    private final Backing backing;
    private final Identity identity;
    private final Answers answers;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Effects.Ledger ledger;

    /** Takes what the commands work with. */
    public AdminApi(Backing backing, Identity identity, Answers answers, InstantSource clock, SecureRandom random) {
        this.backing = backing;
        this.identity = identity;
        this.answers = answers;
        this.clock = clock;
        this.random = random;
        this.ledger = new Effects.Ledger(new FirstTimes(), backing.journal());
    }

    /**
     * Where state is.
     *
     * @param store the store
     * @param afresh the same store, each time as one who has seen nothing of it yet and so believes an older record
     * @param condition what is known of its servers
     * @param journal what must not be lost with one of them
     */
    public record Backing(AdminStore store, Supplier<AdminStore> afresh, StoreCondition condition, Journal journal) {}

    /**
     * Who this is.
     *
     * @param keys the keys that it works with
     * @param bootstrap who may call
     * @param facts what it tells of itself
     */
    public record Identity(AdminKeys keys, BootstrapToken bootstrap, ServerFacts facts) {}

    /** Puts the services on a server, and guards all of its services but health and reflection. */
    public void installOn(ServerBuilder<?> server) {
        Shared shared = shared(backing.store());
        server.addService(new CatalogService(catalogCommands(shared), answers));
        server.addService(new TenantService(tenantCommands(shared), answers));
        server.addService(new TokenService(tokenCommands(shared), answers));
        server.addService(new ServerService(new GetServerInfo(backing.store(), backing.condition(), identity.facts())));
        // The one added last is the outermost.
        server.intercept(new AdminAuthentication(identity.bootstrap(), clock));
        server.intercept(new UniformFailures());
    }

    /** What looks for the journal's writes; for one thread. */
    public LostWrites lostWrites(JournalObserver observer) {
        return new LostWrites(
                backing.journal(),
                backing.condition(),
                () -> redo(shared(backing.afresh().get())),
                observer);
    }

    private record Shared(
            AdminStore store,
            Effects effects,
            RecordWrites writes,
            Claims claims,
            CatalogFinder catalogs,
            TenantFinder tenants) {}

    private Shared shared(AdminStore store) {
        RecordWrites writes = new RecordWrites(identity.keys().signer(), clock);
        Effects effects = new Effects(store, ledger, backing.condition(), clock);
        Claims claims = new Claims(store, writes, new Aliases(identity.keys().tagKeys()), random);
        return new Shared(store, effects, writes, claims, new CatalogFinder(store, claims), new TenantFinder(claims));
    }

    private CatalogService.Commands catalogCommands(Shared shared) {
        RecordWrites writes = shared.writes();
        CatalogChange change = new CatalogChange(shared.effects(), writes);
        return new CatalogService.Commands(
                new CreateCatalog(founding(shared), shared.claims(), writes),
                new GetCatalog(shared.catalogs()),
                new ListCatalogs(new IdLists(shared.store(), shared.claims())),
                new CreateModule(shared.catalogs(), change, writes, random),
                new GetModule(shared.catalogs()),
                new ListModules(shared.catalogs()),
                new DeleteModule(shared.catalogs(), change, writes));
    }

    private TenantService.Commands tenantCommands(Shared shared) {
        TenantStateChange change = new TenantStateChange(shared.effects(), shared.tenants(), shared.writes());
        return new TenantService.Commands(
                new CreateTenant(founding(shared), shared.claims(), shared.catalogs(), shared.writes()),
                new GetTenant(shared.tenants()),
                new ListTenants(new IdLists(shared.store(), shared.claims())),
                new EnableTenant(change),
                new DisableTenant(change));
    }

    private TokenService.Commands tokenCommands(Shared shared) {
        AdminKeys keys = identity.keys();
        RecordWrites writes = shared.writes();
        TokenIssuer issuer = new TokenIssuer(new IdTags(keys.tagKeys()), keys.hasher(), random);
        NewTokens newTokens =
                new NewTokens(shared.store(), shared.effects(), writes, issuer, new Fingerprints(keys.tagKeys()));
        TokenFinder tokens = new TokenFinder(shared.store(), shared.tenants());
        TokenChange change = new TokenChange(shared.effects(), tokens, writes);
        return new TokenService.Commands(
                new CreateToken(
                        shared.tenants(), tokens, shared.catalogs(), new RequestMarks(shared.store()), newTokens),
                new GetToken(tokens, writes),
                new ListTokens(shared.tenants(), new TokenPages(shared.store()), writes),
                new EnableToken(change),
                new DisableToken(change),
                new RevokeToken(change),
                new DeleteToken(change, writes));
    }

    private Redo redo(Shared shared) {
        TokenFinder tokens = new TokenFinder(shared.store(), shared.tenants());
        TokenChange token = new TokenChange(shared.effects(), tokens, shared.writes());
        TenantStateChange tenant = new TenantStateChange(shared.effects(), shared.tenants(), shared.writes());
        CatalogChange catalog = new CatalogChange(shared.effects(), shared.writes());
        return new Redo(
                shared.store(),
                new DisableToken(token),
                new RevokeToken(token),
                new DeleteToken(token, shared.writes()),
                new DisableTenant(tenant),
                new DeleteModule(shared.catalogs(), catalog, shared.writes()));
    }

    private Founding founding(Shared shared) {
        return new Founding(shared.store(), shared.effects(), shared.claims(), shared.writes(), random);
    }
}
