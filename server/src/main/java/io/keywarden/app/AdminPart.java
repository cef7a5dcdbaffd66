package io.keywarden.app;

import io.grpc.ServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.keywarden.admin.AdminApi;
import io.keywarden.admin.AdminKeys;
import io.keywarden.admin.AdminStore;
import io.keywarden.admin.Answers;
import io.keywarden.admin.AuditLog;
import io.keywarden.admin.AutomaticRotation;
import io.keywarden.admin.BootstrapToken;
import io.keywarden.admin.CertificateIdentity;
import io.keywarden.admin.Journal;
import io.keywarden.admin.LostWrites;
import io.keywarden.admin.MarkerStore;
import io.keywarden.admin.ServerFacts;
import io.keywarden.admin.StateDir;
import io.keywarden.admin.StoreFounder;
import io.keywarden.admin.Upkeep;
import io.keywarden.admin.Watches;
import io.keywarden.check.Explaining;
import io.keywarden.cli.ExitCode;
import io.keywarden.cli.UserError;
import io.keywarden.cli.Version;
import io.keywarden.config.AdminConfig;
import io.keywarden.config.KeyFile;
import io.keywarden.config.Role;
import io.keywarden.config.SigningKey;
import io.keywarden.config.StartupConfig;
import io.keywarden.history.AuditFile;
import io.keywarden.policy.CountryLookup;
import io.keywarden.policy.Explainer;
import io.keywarden.store.Bounds;
import io.keywarden.store.CheckReader;
import io.keywarden.store.DirectReader;
import io.keywarden.store.HighWater;
import io.keywarden.store.RecordSigner;
import io.keywarden.store.StoreCondition;
import io.keywarden.store.VerifiedReader;
import io.keywarden.telemetry.Metrics;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The role admin: its listener, and the founding of the store that comes before it serves. */
final class AdminPart {
    private static final Logger LOG = LoggerFactory.getLogger(AdminPart.class);
    /** How long one call of the store may take: nobody at a gateway waits for it. */
    private static final Duration STORE_LIMIT = Duration.ofSeconds(2);

    /** A document to be imported may have 4 MiB; a longer one shall be told so, not cut off. */
    private static final int MAX_MESSAGE_BYTES = 6 * 1024 * 1024;
    /** Commands block, so each call has a thread; more than this wait, and more than that are refused. */
    private static final int THREADS = 16;

    private static final int WAITING = 256;
    /** How many records a look for lost writes remembers: it is over before it sees many. */
    private static final int FRESHLY_REMEMBERED = 10_000;

    /** How often it is looked whether the store could have lost something. */
    private static final Duration JOURNAL_PERIOD = Duration.ofMillis(250);
    /** How often it is looked whether a change of what is promised can be ended. */
    private static final Duration SETTLING_PERIOD = Duration.ofSeconds(10);
    /** How often it asks whether it is its turn to look for tokens whose secrets are to be replaced. */
    private static final Duration ROTATION_PERIOD = AutomaticRotation.TURN.dividedBy(4);

    private final GrpcServer server;
    private final StoreWatch.Step founding;

    private AdminPart(GrpcServer server, StoreWatch.Step founding) {
        this.server = server;
        this.founding = founding;
    }

    /**
     * Which store this Admin worked with before.
     *
     * @throws UserError if its state cannot be read
     */
    static Optional<Uid> incarnation(AdminConfig config) {
        try {
            return state(config).incarnation();
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, "admin.state_dir: " + e.getMessage());
        }
    }

    /**
     * Opens the listener.
     *
     * @param cache what this process answers checks with; empty where it answers none
     */
    static AdminPart open(
            Shared shared, RoleHealth health, CountryLookup countries, Optional<CachePart> cache, Closer closer) {
        StartupConfig startup = shared.startup();
        AdminConfig config = startup.config().admin();
        StateDir state = state(config);
        Journal journal = closer.add("journal", journal(config, shared));
        BootstrapToken bootstrap = new BootstrapToken(state, shared.hasher());
        RecordSigner signer = signer(startup);
        Answers answers = new Answers(shared.clock(), timer("admin-answers", closer));
        Watches watches = new Watches(timer("admin-watches", closer));
        AdminApi api = new AdminApi(
                backing(shared, journal, audit(config, shared, closer), explainer(shared, countries, cache)),
                new AdminApi.Identity(
                        keys(signer, shared),
                        bootstrap,
                        facts(startup),
                        new AdminApi.Known(
                                certificates(config),
                                countries,
                                startup.config().requests().hostPatterns())),
                new AdminApi.Sending(answers, watches),
                shared.clock(),
                shared.random());
        ExecutorService threads = Threads.bounded("admin", THREADS, WAITING);
        closer.add("admin threads", Threads.closing(threads));
        NettyServers.Served served = new NettyServers.Served(
                "admin", MAX_MESSAGE_BYTES, threads, builder -> install(builder, api, health, shared));
        GrpcServer server = closer.add("admin", NettyServers.tcp(served, config.listen(), config.tls()));
        // Before the server, so that what is held back is sent while there are connections.
        closer.add("answers", answers);
        closer.add("watches", watches);
        StoreFounder founder = new StoreFounder(
                new MarkerStore(shared.store(), shared.store(), shared.opener(), signer),
                new StoreFounder.Outside(state, bootstrap),
                new StoreFounder.Terms(config.bounds(), shared.store(), isDemo(config)),
                shared.clock(),
                shared.random());
        Founding founding = new Founding(
                founder, api, config, shared.store(), () -> background(api, shared.metrics(), founder, closer));
        return new AdminPart(server, founding);
    }

    private static AdminApi.Backing backing(Shared shared, Journal journal, AuditLog audit, Explainer explainer) {
        return new AdminApi.Backing(
                store(shared, shared.reader(), audit),
                () -> store(shared, afresh(shared), audit),
                shared.store(),
                journal,
                explainer);
    }

    /** Explains from what this process answers checks with, or from the store itself. */
    private static Explainer explainer(Shared shared, CountryLookup countries, Optional<CachePart> cache) {
        CheckReader reader = cache.<CheckReader>map(CachePart::cache)
                .orElseGet(() -> new DirectReader(
                        shared.reader(), shared.startup().keys().tags()));
        return new Explaining(
                reader,
                CheckPart.keys(shared),
                CheckPart.settings(shared.startup().config().requests(), countries),
                cache.<InstantSource>map(CachePart::clock).orElse(shared.clock()),
                STORE_LIMIT);
    }

    private static AdminStore store(Shared shared, VerifiedReader reader, AuditLog audit) {
        return new AdminStore(reader, shared.store(), shared.store(), audit, STORE_LIMIT);
    }

    private static AuditLog audit(AdminConfig config, Shared shared, Closer closer) {
        if (config.auditLog().isEmpty()) {
            return AuditLog.WITHOUT_FILE;
        }
        try {
            AuditFile file =
                    closer.add("audit log", AuditFile.open(config.auditLog().get()));
            return new AuditLog(Optional.of(file), shared.metrics().audit());
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, "admin.audit_log: " + e.getMessage());
        }
    }

    /** Reads the store that is known, but has seen nothing of it yet. */
    private static VerifiedReader afresh(Shared shared) {
        return VerifiedReader.of(
                shared.store(),
                shared.opener(),
                new HighWater(FRESHLY_REMEMBERED),
                shared.reader().marker().incarnation());
    }

    private static Journal journal(AdminConfig config, Shared shared) {
        try {
            return Journal.open(config.stateDir().resolve("journal"), shared.clock());
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, "admin.state_dir: " + e.getMessage());
        }
    }

    private static ServerFacts facts(StartupConfig startup) {
        List<String> roles =
                startup.config().roles().stream().map(Role::text).sorted().toList();
        return new ServerFacts(Version.number(), roles, isDemo(startup.config().admin()));
    }

    private static List<CertificateIdentity> certificates(AdminConfig config) {
        try {
            return config.identities().stream()
                    .map(named ->
                            new CertificateIdentity(named.san(), named.operations(), named.tenants(), named.tokens()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new UserError(ExitCode.FAILED, "admin.identities: " + e.getMessage());
        }
    }

    private static boolean isDemo(AdminConfig config) {
        return config.durability() == AdminConfig.Durability.DEMO;
    }

    private static Answers.Timer timer(String name, Closer closer) {
        ScheduledExecutorService thread = Threads.scheduled(name);
        closer.add(name, Threads.closing(thread));
        return (delay, task) -> {
            Future<?> later = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> {
                var unused = later.cancel(false);
            };
        };
    }

    /** Looks for lost writes, and for what else may have to be done, on a thread of its own. */
    private static void watch(AdminApi api, StoreFounder founder, Metrics metrics, Closer closer) {
        LostWrites lost = api.lostWrites(metrics.journal());
        ScheduledExecutorService thread = Threads.scheduled("admin-journal");
        closer.add("admin journal", Threads.closing(thread));
        var unused =
                thread.scheduleWithFixedDelay(() -> look(lost), 0, JOURNAL_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        long period = SETTLING_PERIOD.toMillis();
        var unusedToo = thread.scheduleWithFixedDelay(() -> settle(founder), period, period, TimeUnit.MILLISECONDS);
        // Not before the store is known, whose records it believes.
        keepUp(api.upkeep(metrics.upkeep()), closer);
    }

    /** On a thread of its own: it may take long, and a lost write may not wait. */
    private static void keepUp(Upkeep upkeep, Closer closer) {
        ScheduledExecutorService thread = Threads.scheduled("admin-upkeep");
        closer.add("admin upkeep", Threads.closing(thread));
        long period = Upkeep.PERIOD.toMillis();
        var unused = thread.scheduleWithFixedDelay(() -> tick(upkeep), period, period, TimeUnit.MILLISECONDS);
    }

    // Whatever goes wrong here must not end the upkeep.
    @SuppressWarnings("CatchingUnchecked")
    private static void tick(Upkeep upkeep) {
        try {
            upkeep.tick();
        } catch (Exception | LinkageError | StackOverflowError e) {
            LOG.error("tokens_not_looked_after", e);
        }
    }

    /** What is done all the time, once there is a store. */
    private static void background(AdminApi api, Metrics metrics, StoreFounder founder, Closer closer) {
        watch(api, founder, metrics, closer);
        rotate(api.rotation(metrics.rotation()), closer);
    }

    /** Replaces the secrets of tokens whose time has come, on a thread of its own. */
    private static void rotate(AutomaticRotation rotation, Closer closer) {
        ScheduledExecutorService thread = Threads.scheduled("admin-rotation");
        closer.add("admin rotation", Threads.closing(thread));
        long period = ROTATION_PERIOD.toMillis();
        var unused = thread.scheduleWithFixedDelay(() -> look(rotation), period, period, TimeUnit.MILLISECONDS);
    }

    // Whatever goes wrong here must not end the looking.
    @SuppressWarnings("CatchingUnchecked")
    private static void look(AutomaticRotation rotation) {
        try {
            rotation.look();
        } catch (Exception | LinkageError | StackOverflowError e) {
            LOG.error("tokens_not_rotated", e);
        }
    }

    // Whatever goes wrong here must not end the settling.
    @SuppressWarnings("CatchingUnchecked")
    private static void settle(StoreFounder founder) {
        try {
            founder.settle(STORE_LIMIT);
        } catch (Exception | LinkageError | StackOverflowError e) {
            LOG.error("bounds_not_settled", e);
        }
    }

    // Whatever goes wrong here must not end the looking.
    @SuppressWarnings("CatchingUnchecked")
    private static void look(LostWrites lost) {
        try {
            lost.look();
        } catch (Exception | LinkageError | StackOverflowError e) {
            LOG.error("lost_writes_not_looked_for", e);
        }
    }

    private static void install(ServerBuilder<?> builder, AdminApi api, RoleHealth health, Shared shared) {
        builder.addService(health.service()).addService(ProtoReflectionServiceV1.newInstance());
        api.installOn(builder);
        builder.intercept(shared.metrics().grpcServer());
    }

    private static StateDir state(AdminConfig config) {
        return new StateDir(config.stateDir(), config.bootstrapTokenFile());
    }

    private static AdminKeys keys(RecordSigner signer, Shared shared) {
        KeyFile keys = shared.startup().keys();
        return new AdminKeys(signer, keys.verifyingKeys().keySet(), keys.tags(), shared.hasher(), keys.sealer());
    }

    private static RecordSigner signer(StartupConfig startup) {
        SigningKey key = startup.keys()
                .signingKey()
                .orElseThrow(() -> new IllegalStateException("no signing key (expected: one, with the role admin)"));
        return new RecordSigner(key.id(), key.privateKey());
    }

    GrpcServer server() {
        return server;
    }

    /** What has to be done before it serves. */
    StoreWatch.Step founding() {
        return founding;
    }

    /** Puts the marker into a new store, together with the bootstrap token. */
    private record Founding(
            StoreFounder founder, AdminApi api, AdminConfig config, StoreCondition condition, Runnable afterwards)
            implements StoreWatch.Step {
        @Override
        public boolean needsMarker() {
            return false;
        }

        @Override
        public boolean attempt() throws IOException {
            return founder.found(STORE_LIMIT)
                    .fold(
                            ready -> {
                                if (ready.founded()) {
                                    LOG.info("bootstrap_token_written file={}", config.bootstrapTokenFile());
                                }
                                if (!api.prepare()) {
                                    return false;
                                }
                                tellBound();
                                afterwards.run();
                                return true;
                            },
                            notReady -> {
                                LOG.debug("founding_waits reason={} detail={}", notReady.reason(), notReady.detail());
                                return false;
                            },
                            refused -> {
                                throw new UserError(ExitCode.FAILED, refused.detail());
                            });
        }

        private void tellBound() {
            List<String> weaknesses = condition
                    .now()
                    .map(StoreCondition.Condition::weaknesses)
                    .orElse(List.of("the servers of Redis were not seen yet"));
            Bounds bounds = config.bounds();
            LOG.info(
                    "bound lease={} longest_outage={} replicas={} durability={} guaranteed={}",
                    bounds.lease(),
                    bounds.longestKnown(),
                    bounds.replicas(),
                    config.durability().text(),
                    weaknesses.isEmpty());
            weaknesses.forEach(reason -> LOG.warn("bound_not_guaranteed reason={}", reason));
        }
    }
}
