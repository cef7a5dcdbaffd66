package io.keywarden.admin;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.SecretHasher;
import io.keywarden.policy.CountryLookup;
import io.keywarden.policy.Explainer;
import io.keywarden.store.Bounds;
import io.keywarden.store.HighWater;
import io.keywarden.store.IndexReader;
import io.keywarden.store.RecordOpener;
import io.keywarden.store.RecordReader;
import io.keywarden.store.RecordSigner;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.StoreCondition;
import io.keywarden.store.VerifiedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/**
 * A real Admin API on any store, called through gRPC inside of the process. Calls run on the thread that makes them. Several
 * of them can share keys and state.
 */
public final class AdminInProcess implements AutoCloseable {
    private static final Explainer NOBODY_ASKS = (request, as) -> {
        throw new IllegalStateException("an explanation was asked for (expected: none here)");
    };
    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration JOURNAL_PERIOD = Duration.ofMillis(250);

    private final Server server;
    private final ManagedChannel channel;
    private final String bootstrapToken;
    private final ScheduledExecutorService thread;
    private final Journal journal;

    private AdminInProcess(Server server, ManagedChannel channel, String bootstrapToken, Behind behind) {
        this.server = server;
        this.channel = channel;
        this.bootstrapToken = bootstrapToken;
        this.thread = behind.thread();
        this.journal = behind.journal();
    }

    private record Behind(ScheduledExecutorService thread, Journal journal) {}

    /**
     * The store's roles.
     *
     * @param reader reads records
     * @param writer writes them
     * @param indexes reads indexes
     * @param condition tells how its servers are
     */
    public record Roles(RecordReader reader, RecordWriter writer, IndexReader indexes, StoreCondition condition) {}

    /** Keys, and a folder for the state; for one test. */
    public static final class Identity {
        private final SecureRandom random = new SecureRandom();
        private final TestKeys keys = new TestKeys(random);
        private final Path folder;
        private final AtomicInteger admins = new AtomicInteger();

        /** Takes an empty folder. */
        public Identity(Path folder) {
            this.folder = folder;
        }

        /** Tells records that were signed with these keys. */
        public RecordOpener opener() {
            return keys.opener();
        }

        /** Signs records. */
        public RecordSigner signer() {
            return keys.signer();
        }

        public HmacKeys tagKeys() {
            return keys.tagKeys();
        }

        public SecretHasher hasher() {
            return keys.hasher();
        }

        private Path tokenFile() {
            return folder.resolve("bootstrap-token");
        }

        /** Each Admin has one of its own. */
        private Journal journal() throws IOException {
            return Journal.open(folder.resolve("journal-" + admins.incrementAndGet()), CLOCK);
        }

        private StateDir state() {
            return new StateDir(folder.resolve("state"), tokenFile());
        }

        private BootstrapToken bootstrap() {
            return new BootstrapToken(state(), hasher());
        }
    }

    /** Founds the store if nobody did, and serves. */
    public static AdminInProcess start(Roles roles, Identity identity) {
        return start(roles, identity, CLOCK);
    }

    /** The same by a clock of its own. */
    public static AdminInProcess start(Roles roles, Identity identity, InstantSource clock) {
        try {
            BootstrapToken bootstrap = identity.bootstrap();
            StoreFounder founder = new StoreFounder(
                    new MarkerStore(roles.reader(), roles.writer(), identity.opener(), identity.keys.signer()),
                    new StoreFounder.Outside(identity.state(), bootstrap),
                    new StoreFounder.Terms(Bounds.DEFAULT, roles.condition(), true),
                    clock,
                    identity.random);
            StoreFounder.Result result = founder.found(LIMIT);
            if (!(result instanceof StoreFounder.Result.Ready)) {
                throw new IllegalStateException(result + " (expected: a store)");
            }
            ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread made = new Thread(task, "admin-in-process");
                made.setDaemon(true);
                return made;
            });
            Answers answers = new Answers(clock, (delay, task) -> {
                Future<?> later = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> later.cancel(false);
            });
            Journal journal = identity.journal();
            AdminApi.Known known = new AdminApi.Known(List.of(), CountryLookup.NONE, List.of());
            AdminApi api = api(roles, identity, new Running(journal, answers, clock), known);
            if (!api.prepare()) {
                throw new IllegalStateException("no tenant system (expected: it is made)");
            }
            LostWrites lost = api.lostWrites(outcome -> {});
            var unused = thread.scheduleWithFixedDelay(
                    () -> look(lost), 0, JOURNAL_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
            String name = UUID.randomUUID().toString();
            InProcessServerBuilder builder =
                    InProcessServerBuilder.forName(name).directExecutor();
            api.installOn(builder);
            Server server = builder.build().start();
            ManagedChannel channel =
                    InProcessChannelBuilder.forName(name).directExecutor().build();
            String token = Files.readString(identity.tokenFile()).strip();
            return new AdminInProcess(server, channel, token, new Behind(thread, journal));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts another Admin of the same store on a server. It waits for nothing. */
    public static void installOn(ServerBuilder<?> builder, Roles roles, Identity identity, AdminApi.Known known) {
        Answers answers = new Answers(CLOCK, (delay, task) -> {
            task.run();
            return () -> {};
        });
        try {
            api(roles, identity, new Running(identity.journal(), answers, CLOCK), known)
                    .installOn(builder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Running(Journal journal, Answers answers, InstantSource clock) {}

    private static AdminApi api(Roles roles, Identity identity, Running running, AdminApi.Known known) {
        return new AdminApi(
                backing(roles, identity, running.journal()),
                self(identity, known),
                new AdminApi.Sending(running.answers(), watches()),
                running.clock(),
                identity.random);
    }

    private static AdminApi.Backing backing(Roles roles, Identity identity, Journal journal) {
        return new AdminApi.Backing(
                fresh(roles, identity), () -> fresh(roles, identity), roles.condition(), journal, NOBODY_ASKS);
    }

    private static AdminApi.Identity self(Identity identity, AdminApi.Known known) {
        AdminKeys keys = new AdminKeys(
                identity.keys.signer(),
                identity.keys.signingIds(),
                identity.tagKeys(),
                identity.hasher(),
                identity.keys.sealer());
        ServerFacts facts = new ServerFacts("1.2.3", List.of("admin", "check"), true);
        return new AdminApi.Identity(keys, identity.bootstrap(), facts, known);
    }

    /** What another Admin of the same store does because time passes, by a clock of its own. */
    public static Upkeep upkeep(Roles roles, Identity identity, InstantSource clock, UpkeepObserver observer) {
        return besides(roles, identity, clock, api -> api.upkeep(observer));
    }

    /** What another Admin of the same store does with tokens whose secrets are to be replaced, by a clock of its own. */
    public static AutomaticRotation rotation(
            Roles roles, Identity identity, InstantSource clock, RotationObserver observer) {
        return besides(roles, identity, clock, api -> api.rotation(observer));
    }

    /** Answers no calls, and writes nothing into a journal. */
    private static <T> T besides(Roles roles, Identity identity, InstantSource clock, Function<AdminApi, T> part) {
        Answers answers = new Answers(clock, (delay, task) -> () -> {});
        AdminApi.Known known = new AdminApi.Known(List.of(), CountryLookup.NONE, List.of());
        try (Journal journal = identity.journal()) {
            return part.apply(new AdminApi(
                    backing(roles, identity, journal),
                    self(identity, known),
                    new AdminApi.Sending(answers, new Watches((delay, task) -> () -> {})),
                    clock,
                    identity.random));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Watches watches() {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "admin-in-process-watches");
            made.setDaemon(true);
            return made;
        });
        return new Watches((delay, task) -> {
            Future<?> later = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> later.cancel(false);
        });
    }

    private static AdminStore fresh(Roles roles, Identity identity) {
        VerifiedReader reader =
                VerifiedReader.of(roles.reader(), identity.opener(), new HighWater(10_000), Optional.empty());
        return new AdminStore(reader, roles.writer(), roles.indexes(), AuditLog.WITHOUT_FILE, LIMIT);
    }

    // Whatever goes wrong here must not end the looking.
    private static void look(LostWrites lost) {
        try {
            lost.look();
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(AdminInProcess.class).warn("lost_writes_not_looked_for", e);
        }
    }

    /** Whose calls may do everything. */
    public Channel channel() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + bootstrapToken);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        thread.shutdownNow();
        journal.close();
    }
}
