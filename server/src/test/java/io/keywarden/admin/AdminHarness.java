package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import io.keywarden.admin.v1.AccessServiceGrpc;
import io.keywarden.admin.v1.AccessServiceGrpc.AccessServiceBlockingStub;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import io.keywarden.admin.v1.HistoryServiceGrpc;
import io.keywarden.admin.v1.HistoryServiceGrpc.HistoryServiceBlockingStub;
import io.keywarden.admin.v1.OwnerServiceGrpc;
import io.keywarden.admin.v1.OwnerServiceGrpc.OwnerServiceBlockingStub;
import io.keywarden.admin.v1.ServerServiceGrpc;
import io.keywarden.admin.v1.ServerServiceGrpc.ServerServiceBlockingStub;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.TenantServiceGrpc.TenantServiceBlockingStub;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import io.keywarden.check.CheckKeys;
import io.keywarden.check.CheckSettings;
import io.keywarden.check.Explaining;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.policy.Explainer;
import io.keywarden.store.Bounds;
import io.keywarden.store.Commit;
import io.keywarden.store.DirectReader;
import io.keywarden.store.HighWater;
import io.keywarden.store.InMemoryStore;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordOpener;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.VerifiedReader;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An Admin API on a store in memory, called through gRPC inside of the process. After each test every record is genuine,
 * every history is whole, and no secret that was told stands anywhere in the store.
 */
final class AdminHarness implements BeforeEachCallback, AfterEachCallback {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int SECRET_START = "_".length() + 26 + "_".length();

    final FakeClock clock = new FakeClock();
    final SecureRandom random = new SecureRandom();
    final TestKeys keys = new TestKeys(random);
    RecordOpener opener = keys.opener();
    final WatchedStore store = new WatchedStore(new InMemoryStore(clock));
    final FakeTimer timer = new FakeTimer();
    final FakeCondition condition = new FakeCondition();
    final List<JournalObserver.Outcome> lost = new CopyOnWriteArrayList<>();
    private final Answers answers = new Answers(clock, timer);
    final FakeTimer watching = new FakeTimer();
    final Watches watches = new Watches(watching);
    private final Bounds bounds;
    private final List<String> secrets = new CopyOnWriteArrayList<>();

    /** Keeps what is written. */
    AuditLog audit = AuditLog.WITHOUT_FILE;
    /** Finds the owners for whom somebody calls. */
    ActingOwners acting = ActingOwners.NOBODY;

    private final List<Runnable> beside = new ArrayList<>();
    private Path directory = Path.of("");
    private Optional<Journal> journal = Optional.empty();
    private Optional<AdminApi> api = Optional.empty();
    private String bootstrapToken = "";
    private Optional<Server> server = Optional.empty();
    private Optional<ManagedChannel> channel = Optional.empty();

    AdminHarness() {
        this(Bounds.DEFAULT);
    }

    AdminHarness(Bounds bounds) {
        watching.waits();
        this.bounds = bounds;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("keywarden-admin-test");
        StateDir state = state();
        BootstrapToken bootstrap = new BootstrapToken(state, keys.hasher());
        StoreFounder founder = new StoreFounder(
                new MarkerStore(store, store, opener, keys.signer()),
                new StoreFounder.Outside(state, bootstrap),
                new StoreFounder.Terms(bounds, condition, false),
                clock,
                random);
        assertThat(founder.found(LIMIT)).isInstanceOf(StoreFounder.Result.Ready.class);
        bootstrapToken = Files.readString(tokenFile()).strip();
        told(bootstrapToken);
        start();
    }

    private void start() throws IOException {
        opener = keys.opener();
        start(journalFile());
    }

    private void start(Path journalFile) throws IOException {
        BootstrapToken bootstrap = new BootstrapToken(state(), keys.hasher());
        String name = UUID.randomUUID().toString();
        InProcessServerBuilder builder = InProcessServerBuilder.forName(name).directExecutor();
        Journal opened = Journal.open(journalFile, clock);
        journal = Optional.of(opened);
        AdminApi made = api(bootstrap, opened);
        assertThat(made.prepare()).isTrue();
        made.installOn(builder, (tenant, owner) -> acting.find(tenant, owner));
        api = Optional.of(made);
        builder.addService(new HealthStatusManager().getHealthService());
        builder.addService(BareService.definition());
        server = Optional.of(builder.build().start());
        channel = Optional.of(
                InProcessChannelBuilder.forName(name).directExecutor().build());
    }

    private AdminApi api(BootstrapToken bootstrap, Journal journal) {
        return new AdminApi(
                new AdminApi.Backing(fresh(), this::fresh, condition, journal, explainer()),
                new AdminApi.Identity(
                        new AdminKeys(keys.signer(), keys.signingIds(), keys.tagKeys(), keys.hasher(), keys.sealer()),
                        bootstrap,
                        new ServerFacts("1.2.3", List.of("admin", "check"), false)),
                new AdminApi.Sending(answers, watches),
                clock,
                random);
    }

    /** Explains as a process does that answers no checks and is started now: with the keys as they are, and as one that knows nothing. */
    Explainer explainer() {
        return new Explaining(
                new DirectReader(reader(), keys.tagKeys()),
                new CheckKeys(keys.hasher(), new OpaqueSecrets(keys.tagKeys())),
                CheckSettings.DEFAULT,
                clock,
                LIMIT);
    }

    /** The store, as one who has seen nothing of it. */
    AdminStore fresh() {
        return new AdminStore(reader(), store, store, audit, LIMIT);
    }

    private VerifiedReader reader() {
        return VerifiedReader.of(store, opener, new HighWater(10_000), Optional.empty());
    }

    /** What looks for lost writes. */
    LostWrites lostWrites() {
        return api.orElseThrow().lostWrites(lost::add);
    }

    /** What replaces the secrets of tokens whose time has come, as one of several Admins has it. */
    AutomaticRotation rotation(RotationObserver observer) {
        return api.orElseThrow().rotation(observer);
    }

    /** Starts another Admin, with the keys as they are now; the one of before goes on with its own. */
    void startBeside() throws IOException {
        Optional<Server> oldServer = server;
        Optional<ManagedChannel> oldChannel = channel;
        Optional<Journal> oldJournal = journal;
        beside.add(() -> {
            oldChannel.ifPresent(ManagedChannel::shutdownNow);
            oldServer.ifPresent(Server::shutdownNow);
            oldJournal.ifPresent(Journal::close);
        });
        opener = keys.opener();
        start(directory.resolve("beside").resolve("journal"));
    }

    StateDir state() {
        return new StateDir(directory.resolve("state"), tokenFile());
    }

    /** Starts Admin again: it knows no more than what its state and the store hold. */
    void restart() throws IOException {
        stop();
        start();
    }

    /** What does what time makes due. */
    Upkeep upkeep() {
        return upkeep(UpkeepObserver.NONE);
    }

    /** The same, watched. */
    Upkeep upkeep(UpkeepObserver observer) {
        return api.orElseThrow().upkeep(observer);
    }

    /** What looks for lost writes after Admin was started again. */
    LostWrites lostWritesAfterRestart() throws IOException {
        restart();
        return lostWrites();
    }

    Path journalFile() {
        return directory.resolve("state").resolve("journal");
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        stop();
        beside.forEach(Runnable::run);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        store.keys().forEach(this::requireWholeHistory);
        store.committed().forEach(this::requireNoSecret);
    }

    private void stop() {
        channel.ifPresent(ManagedChannel::shutdownNow);
        server.ifPresent(Server::shutdownNow);
        journal.ifPresent(Journal::close);
    }

    Path tokenFile() {
        return directory.resolve("bootstrap-token");
    }

    String bootstrapToken() {
        return bootstrapToken;
    }

    /** Notes a token's text, so that its secret is looked for in the store. */
    void told(String tokenText) {
        int id = tokenText.indexOf('_');
        secrets.add(tokenText.substring(id + SECRET_START, id + SECRET_START + 43));
    }

    Channel anonymous() {
        return channel.orElseThrow();
    }

    Channel as(String authorization) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
        ClientInterceptor interceptor = MetadataUtils.newAttachHeadersInterceptor(headers);
        return ClientInterceptors.intercept(anonymous(), interceptor);
    }

    CatalogServiceBlockingStub catalogs() {
        return CatalogServiceGrpc.newBlockingStub(as("Bearer " + bootstrapToken));
    }

    TenantServiceBlockingStub tenants() {
        return TenantServiceGrpc.newBlockingStub(as("Bearer " + bootstrapToken));
    }

    OwnerServiceBlockingStub owners() {
        return OwnerServiceGrpc.newBlockingStub(as("Bearer " + bootstrapToken));
    }

    HistoryServiceBlockingStub histories() {
        return HistoryServiceGrpc.newBlockingStub(as("Bearer " + bootstrapToken));
    }

    AccessServiceBlockingStub access() {
        return AccessServiceGrpc.newBlockingStub(as("Bearer " + bootstrapToken));
    }

    ServerServiceBlockingStub servers() {
        return ServerServiceGrpc.newBlockingStub(as("Bearer " + bootstrapToken));
    }

    TokenServiceBlockingStub tokens() {
        return TokenServiceGrpc.newBlockingStub(as("Bearer " + bootstrapToken));
    }

    /** The names of the services of the Admin API that are served. */
    List<String> services() {
        return server.orElseThrow().getServices().stream()
                .map(service -> service.getServiceDescriptor().getName())
                .filter(name -> name.startsWith("keywarden.admin.") && !name.endsWith(".BareService"))
                .toList();
    }

    /** The records in the store now, without tenant {@code system}. */
    List<StoredRecord> records() {
        return store.keys().stream()
                .map(this::record)
                .flatMap(Optional::stream)
                .filter(record -> !isSystem(record))
                .toList();
    }

    private static boolean isSystem(StoredRecord record) {
        return record.key().kind() == RecordKind.TENANT
                && Entry.of(record, TenantRecord.parser()).payload().getId().equals(Tenant.SYSTEM);
    }

    /** A record in the store now. */
    Optional<StoredRecord> record(RecordKey key) {
        Fetched fetched =
                store.inner().fetch(List.of(key), LIMIT).toCompletableFuture().join();
        return ((Fetched.Values) fetched)
                .values()
                .get(0)
                .map(bytes -> opener.open(key, bytes).fold(record -> record, tampered -> {
                    throw new AssertionError(tampered.detail());
                }));
    }

    /** The history of a record. */
    List<EventRecord> history(RecordKey key) {
        return events(key).stream()
                .map(bytes -> {
                    try {
                        return EventRecord.parseFrom(bytes);
                    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    private List<ByteString> events(RecordKey key) {
        Lookup<List<ByteString>> events =
                store.inner().events(key, 1, 1_000, LIMIT).toCompletableFuture().join();
        return events.fold(found -> found, absent -> List.of(), unknown -> {
            throw new AssertionError(unknown.detail());
        });
    }

    private void requireWholeHistory(RecordKey key) {
        record(key).ifPresent(record -> {
            InMemoryStore inner = store.inner();
            VerifiedReader reader = VerifiedReader.of(inner, opener, new HighWater(10), Optional.empty());
            AdminStore afresh = new AdminStore(reader, inner, inner, AuditLog.WITHOUT_FILE, LIMIT);
            assertThat(new HistoryWalk(afresh, record, (sequence, hash) -> {}).run())
                    .as("history of %s", key.text())
                    .isEmpty();
        });
    }

    private void requireNoSecret(Commit commit) {
        StringBuilder all = new StringBuilder();
        commit.records().forEach(change -> change.after().ifPresent(bytes -> all.append(latin(bytes))));
        commit.events().forEach(event -> all.append(latin(event.bytes())));
        commit.mark().ifPresent(mark -> all.append(mark.id()).append(latin(mark.bytes())));
        commit.records().forEach(change -> all.append(change.key().text()));
        all.append(commit.names()).append(commit.listings());
        secrets.forEach(secret ->
                assertThat(all.indexOf(secret)).as("a secret in a commit").isNegative());
    }

    private static String latin(ByteString bytes) {
        return bytes.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
