package io.keywarden.admin;

import io.grpc.ServerBuilder;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.policy.CountryLookup;
import io.keywarden.policy.Explainer;
import io.keywarden.policy.HostPattern;
import io.keywarden.store.Aliases;
import io.keywarden.store.StoreCondition;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.TenantRecord;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * The Admin API: its services behind authentication, ready to be put on a server. Its calls block the thread they are on, so
 * the server needs an executor of its own, with a bound.
 */
public final class AdminApi {
    private final Backing backing;
    private final Identity identity;
    private final Sending sending;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Effects.Ledger ledger;

    /** Takes what the commands work with. */
    public AdminApi(Backing backing, Identity identity, Sending sending, InstantSource clock, SecureRandom random) {
        this.backing = backing;
        this.identity = identity;
        this.sending = sending;
        this.clock = clock;
        this.random = random;
        this.ledger = new Effects.Ledger(new FirstTimes(), backing.journal());
    }

    /**
     * What sends what is not sent at once.
     *
     * @param answers answers that are held back
     * @param watches calls that stay open
     */
    public record Sending(Answers answers, Watches watches) {}

    /**
     * Where state is.
     *
     * @param store the store
     * @param afresh the same store, each time as one who has seen nothing of it yet and so believes an older record
     * @param condition what is known of its servers
     * @param journal what must not be lost with one of them
     * @param explainer tells how checks of what is stored would be decided
     */
    public record Backing(
            AdminStore store,
            Supplier<AdminStore> afresh,
            StoreCondition condition,
            Journal journal,
            Explainer explainer) {}

    /**
     * Who this is.
     *
     * @param keys the keys that it works with
     * @param bootstrap who may call in any case
     * @param facts what it tells of itself
     * @param known what it knows besides
     */
    public record Identity(AdminKeys keys, BootstrapToken bootstrap, ServerFacts facts, Known known) {
        /** Where nothing is known besides. */
        public Identity(AdminKeys keys, BootstrapToken bootstrap, ServerFacts facts) {
            this(keys, bootstrap, facts, new Known(List.of(), CountryLookup.NONE, List.of()));
        }
    }

    /**
     * What is known that is not in the store.
     *
     * @param certificates the client certificates that may call
     * @param countries where addresses are
     * @param hostPatterns which hosts are whose without a claim
     */
    public record Known(
            List<CertificateIdentity> certificates, CountryLookup countries, List<HostPattern> hostPatterns) {
        /** Copies the lists. */
        public Known {
            certificates = List.copyOf(certificates);
            hostPatterns = List.copyOf(hostPatterns);
        }
    }

    /**
     * Makes what has to be in the store before it serves; answers false where that has to be tried again. Blocks.
     */
    public boolean prepare() {
        Shared shared = shared(backing.store());
        return new SystemTenant(shared.store(), shared.claims(), shared.writes(), random).found();
    }

    /** Puts the services on a server, and guards all of its services but health and reflection. */
    public void installOn(ServerBuilder<?> server) {
        Shared shared = shared(backing.store());
        installOn(
                server,
                (tenant, owner) -> shared.claims()
                        .find(new Claims.Name(Namespace.TENANT_ID, tenant))
                        .map(stored -> Entry.of(stored, TenantRecord.parser()))
                        .flatMap(found -> shared.owners().withId(found, owner)));
    }

    /** As above, with what finds the owners for whom somebody calls. */
    void installOn(ServerBuilder<?> server, ActingOwners owners) {
        Shared shared = shared(backing.store());
        Answers answers = sending.answers();
        server.addService(new CatalogService(catalogCommands(shared), answers));
        server.addService(new TenantService(tenantCommands(shared), answers));
        server.addService(new OwnerService(ownerCommands(shared), answers));
        server.addService(new TokenService(tokenCommands(shared), answers));
        server.addService(new HistoryService(historyCommands(shared)));
        server.addService(new UsageService(new ListOldSecretUsers(
                shared.tenants(), new TokenPages(shared.store()), shared.store(), shared.writes())));
        server.addService(new AccessService(explain(shared)));
        server.addService(serverService(shared));
        // The one added last is the outermost.
        server.intercept(authentication(shared, owners));
        server.intercept(new UniformFailures());
    }

    private AdminAuthentication authentication(Shared shared, ActingOwners owners) {
        Known known = identity.known();
        Callers callers = new Callers(
                identity.bootstrap(),
                new TokenCallers(shared.store(), identity.keys(), known.countries(), clock),
                new CertificateCallers(known.certificates()),
                clock);
        return new AdminAuthentication(
                callers, new ActingAs(owners), new Authorization(shared.store()), new FailedLogins(clock));
    }

    /** What replaces the secrets of tokens whose time has come; for one thread. */
    public AutomaticRotation rotation(RotationObserver observer) {
        Shared shared = shared(backing.store());
        return new AutomaticRotation(
                new Turns(shared.store(), System::nanoTime),
                new AutomaticRotation.Reading(
                        shared.store(), new IdLists(shared.store(), shared.claims()), shared.writes()),
                new TokenChange(
                        shared.effects(), shared.tokens(), new CallerBounds(shared.catalogs()), shared.writes()),
                rotation(shared),
                observer);
    }

    /** What looks for the journal's writes; for one thread. */
    public LostWrites lostWrites(JournalObserver observer) {
        return new LostWrites(
                backing.journal(),
                backing.condition(),
                () -> redo(shared(backing.afresh().get())),
                observer);
    }

    /** What does what time makes due; for one thread. */
    public Upkeep upkeep(UpkeepObserver observer) {
        // What it reads is none of the business of those who answer calls: it sees everything, and would push out what
        // they know.
        Shared shared = shared(backing.afresh().get());
        Purge purge = new Purge(shared.store(), aliases(shared), shared.writes());
        ExpiryNotices notices = new ExpiryNotices(shared.store(), shared.writes());
        HistoryRetention retention = new HistoryRetention(shared.store(), shared.writes());
        return new Upkeep(
                shared.store(),
                shared.claims(),
                new Upkeep.Work(purge, notices, retention, keyMoves(shared), observer),
                shared.writes());
    }

    private record Shared(
            AdminStore store,
            Effects effects,
            RecordWrites writes,
            Claims claims,
            CatalogFinder catalogs,
            TenantFinder tenants,
            OwnerFinder owners) {
        private CatalogGrants grants() {
            return new CatalogGrants(catalogs);
        }

        private OwnerChoice ownerChoice() {
            return new OwnerChoice(owners, grants(), writes);
        }

        private TokenFinder tokens() {
            return new TokenFinder(store, tenants, owners);
        }

        private TenantChange tenantChange() {
            return new TenantChange(effects, tenants, writes);
        }

        private MassRevoke massRevoke() {
            return new MassRevoke(ownerChange(), tenantChange(), writes);
        }

        private OwnerChange ownerChange() {
            return new OwnerChange(effects, tenants, owners, writes);
        }
    }

    private Shared shared(AdminStore store) {
        RecordWrites writes = new RecordWrites(identity.keys().signer(), clock);
        Effects effects = new Effects(store, ledger, backing.condition(), clock);
        Claims claims = new Claims(store, writes, new Aliases(identity.keys().tagKeys()), random);
        return new Shared(
                store,
                effects,
                writes,
                claims,
                new CatalogFinder(store, claims),
                new TenantFinder(claims),
                new OwnerFinder(store));
    }

    private CatalogService.Commands catalogCommands(Shared shared) {
        RecordWrites writes = shared.writes();
        CatalogChange change = new CatalogChange(shared.effects(), writes);
        ModuleReplacement replacement = new ModuleReplacement(change, writes, random);
        return new CatalogService.Commands(
                new CreateCatalog(founding(shared), shared.claims(), writes),
                new GetCatalog(shared.catalogs()),
                new ListCatalogs(new IdLists(shared.store(), shared.claims())),
                new CreateModule(shared.catalogs(), change, writes, random),
                new GetModule(shared.catalogs()),
                new ListModules(shared.catalogs()),
                new DeleteModule(shared.catalogs(), change, writes),
                new UpdateCatalog(shared.catalogs(), change),
                deleteCatalog(shared, change),
                new UpdateModule(shared.catalogs(), replacement, writes),
                new ImportOpenApi(new ModuleImport(shared.catalogs(), replacement)),
                new ImportDescriptors(new ModuleImport(shared.catalogs(), replacement)));
    }

    private static DeleteCatalog deleteCatalog(Shared shared, CatalogChange change) {
        CatalogUsers users = new CatalogUsers(shared.store(), shared.claims());
        return new DeleteCatalog(
                new DeleteCatalog.Names(shared.catalogs(), users, shared.claims()), change, shared.writes());
    }

    private TenantService.Commands tenantCommands(Shared shared) {
        TenantChange change = shared.tenantChange();
        TokenTypes types = new TokenTypes(shared.grants());
        PatternHosts patterns = new PatternHosts(identity.known().hostPatterns(), shared.claims());
        Founding founding = founding(shared);
        return new TenantService.Commands(
                new CreateTenant(
                        founding,
                        new CreateTenant.Names(shared.claims(), patterns),
                        shared.catalogs(),
                        types,
                        shared.writes()),
                new GetTenant(shared.tenants()),
                new ListTenants(new IdLists(shared.store(), shared.claims())),
                new UpdateTenant(
                        shared.tenants(),
                        change,
                        new TenantHosts(shared.claims(), patterns, shared.writes()),
                        types,
                        new UpdateTenant.Limits(founding, shared.writes())),
                new EnableTenant(change),
                new DisableTenant(change));
    }

    private OwnerService.Commands ownerCommands(Shared shared) {
        CatalogGrants grants = shared.grants();
        OwnerChange change = shared.ownerChange();
        return new OwnerService.Commands(
                new CreateOwner(
                        shared.tenants(),
                        shared.owners(),
                        grants,
                        new CreateOwner.Writing(shared.effects(), shared.writes(), random)),
                new GetOwner(shared.tenants(), shared.owners()),
                new ListOwners(shared.tenants(), shared.store()),
                new UpdateOwner(change, grants),
                new DeleteOwner(
                        shared.tenants(),
                        shared.owners(),
                        new OwnerTokens(new TokenPages(shared.store())),
                        new DeleteOwner.Writing(shared.store(), shared.effects(), shared.writes())),
                new EnableOwner(change),
                new DisableOwner(change));
    }

    private TokenService.Commands tokenCommands(Shared shared) {
        RecordWrites writes = shared.writes();
        TokenAliases aliases = aliases(shared);
        Fingerprints fingerprints = new Fingerprints(identity.keys().tagKeys());
        RequestMarks marks = new RequestMarks(shared.store());
        SecretForms forms = new SecretForms(identity.keys().sealer());
        RotationSchedule schedule = new RotationSchedule(random);
        NewTokens newTokens = new NewTokens(
                new NewTokens.Writing(shared.store(), shared.effects(), writes),
                issuer(),
                aliases,
                new NewTokens.Secrets(forms, schedule),
                fingerprints);
        TokenFinder tokens = shared.tokens();
        CallerBounds bounds = new CallerBounds(shared.catalogs());
        TokenChange change = new TokenChange(shared.effects(), tokens, bounds, writes);
        CreateToken.Rights rights = new CreateToken.Rights(shared.grants(), shared.ownerChoice(), bounds);
        RevealSecret reveal = new RevealSecret(tokens, rights, forms, new RevealSecret.Writing(shared.store(), writes));
        return new TokenService.Commands(
                new CreateToken(shared.tenants(), tokens, rights, marks, newTokens),
                new GetToken(tokens, new TokenRights(shared.catalogs()), shared.store(), writes),
                new ListTokens(shared.tenants(), shared.owners(), new TokenPages(shared.store()), writes),
                new UpdateToken(change, rights, new UpdateToken.Names(shared.store(), aliases), schedule, writes),
                new ReassignToken(change, rights.owners()),
                new EnableToken(change, rights),
                new DisableToken(change),
                new RotateToken(change, rights, rotation(shared), marks, fingerprints),
                reveal,
                new WatchSecret(tokens, rights, reveal, forms, sending.watches()),
                new EndGracePeriod(change, aliases, writes),
                new RevokeToken(change),
                new RevokeTokens(
                        shared.tenants(),
                        shared.owners(),
                        shared.massRevoke(),
                        new TokenSweep(new TokenPages(shared.store()), change, writes),
                        shared.effects()),
                new DeleteToken(change, writes),
                new UndeleteToken(change, rights, writes));
    }

    private ServerService serverService(Shared shared) {
        return new ServerService(
                new GetServerInfo(backing.store(), backing.condition(), identity.facts()),
                new ListKeyUses(
                        new StoreWalk(shared.store(), shared.claims(), aliases(shared)),
                        new KeyUses(identity.keys(), shared.writes()),
                        identity.bootstrap()));
    }

    private KeyMoves keyMoves(Shared shared) {
        AdminKeys keys = identity.keys();
        return new KeyMoves(
                new StoreWalk(shared.store(), shared.claims(), aliases(shared)),
                shared.store(),
                keys,
                new NameMoves(shared.store(), new Aliases(keys.tagKeys()), shared.writes(), random),
                shared.writes());
    }

    private HistoryService.Commands historyCommands(Shared shared) {
        HistorySubjects subjects =
                new HistorySubjects(shared.tenants(), shared.owners(), shared.tokens(), shared.catalogs());
        return new HistoryService.Commands(
                new ListEvents(subjects, shared.store()),
                new WatchEvents(subjects, shared.store(), sending.watches()),
                new VerifyHistory(subjects, shared.store()));
    }

    private SecretRotation rotation(Shared shared) {
        return new SecretRotation(
                issuer(),
                aliases(shared),
                new SecretForms(identity.keys().sealer()),
                new RotationSchedule(random),
                shared.writes());
    }

    private TokenIssuer issuer() {
        AdminKeys keys = identity.keys();
        return new TokenIssuer(new IdTags(keys.tagKeys()), keys.hasher(), random);
    }

    private TokenAliases aliases(Shared shared) {
        AdminKeys keys = identity.keys();
        return new TokenAliases(
                shared.store(),
                shared.writes(),
                new Aliases(keys.tagKeys()),
                new OpaqueSecrets(keys.tagKeys()),
                random);
    }

    private Explain explain(Shared shared) {
        return new Explain(
                backing.explainer(),
                shared.tenants(),
                shared.tokens(),
                new Explain.Writing(shared.store(), shared.writes()),
                new CallWindows(Explain.MOST_CALLS, clock));
    }

    private Redo redo(Shared shared) {
        TokenChange token = new TokenChange(
                shared.effects(), shared.tokens(), new CallerBounds(shared.catalogs()), shared.writes());
        TenantChange tenant = shared.tenantChange();
        CatalogChange catalog = new CatalogChange(shared.effects(), shared.writes());
        return new Redo(
                shared.store(),
                new DisableToken(token),
                new RevokeToken(token),
                new DeleteToken(token, shared.writes()),
                new EndGracePeriod(token, aliases(shared), shared.writes()),
                new DisableOwner(shared.ownerChange()),
                shared.massRevoke(),
                new DisableTenant(tenant),
                new DeleteModule(shared.catalogs(), catalog, shared.writes()),
                new UpdateModule(
                        shared.catalogs(), new ModuleReplacement(catalog, shared.writes(), random), shared.writes()),
                deleteCatalog(shared, catalog));
    }

    private Founding founding(Shared shared) {
        return new Founding(shared.store(), shared.effects(), shared.claims(), shared.writes(), random);
    }
}
