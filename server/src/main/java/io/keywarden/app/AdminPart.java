package io.keywarden.app;

import io.grpc.ServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.keywarden.admin.AdminApi;
import io.keywarden.admin.AdminKeys;
import io.keywarden.admin.AdminStore;
import io.keywarden.admin.BootstrapToken;
import io.keywarden.admin.StateDir;
import io.keywarden.admin.StoreFounder;
import io.keywarden.cli.ExitCode;
import io.keywarden.cli.UserError;
import io.keywarden.config.AdminConfig;
import io.keywarden.config.SigningKey;
import io.keywarden.config.StartupConfig;
import io.keywarden.store.RecordSigner;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The role admin: its listener, and the founding of the store that comes before it serves. */
final class AdminPart {
    private static final Logger LOG = LoggerFactory.getLogger(AdminPart.class);
    /** How long one call of the store may take: nobody at a gateway waits for it. */
    private static final Duration STORE_LIMIT = Duration.ofSeconds(2);

    private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
    /** Commands block, so each call has a thread; more than this wait, and more than that are refused. */
    private static final int THREADS = 16;

    private static final int WAITING = 256;

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

    /** Opens the listener. */
    static AdminPart open(Shared shared, RoleHealth health, Closer closer) {
        StartupConfig startup = shared.startup();
        AdminConfig config = startup.config().admin();
        StateDir state = state(config);
        BootstrapToken bootstrap = new BootstrapToken(state, shared.hasher());
        RecordSigner signer = signer(startup);
        AdminApi api = new AdminApi(
                new AdminStore(shared.reader(), shared.store(), shared.store(), STORE_LIMIT),
                new AdminKeys(signer, startup.keys().tags(), shared.hasher()),
                bootstrap,
                shared.clock(),
                shared.random());
        ExecutorService threads = Threads.bounded("admin", THREADS, WAITING);
        closer.add("admin threads", Threads.closing(threads));
        NettyServers.Served served = new NettyServers.Served(
                "admin", MAX_MESSAGE_BYTES, threads, builder -> install(builder, api, health, shared));
        GrpcServer server = closer.add("admin", NettyServers.tcp(served, config.listen(), config.tls()));
        StoreFounder founder = new StoreFounder(
                new StoreFounder.Store(shared.store(), shared.store(), shared.opener(), signer),
                state,
                bootstrap,
                shared.clock(),
                shared.random());
        return new AdminPart(server, new Founding(founder, config));
    }

    private static void install(ServerBuilder<?> builder, AdminApi api, RoleHealth health, Shared shared) {
        builder.addService(health.service()).addService(ProtoReflectionServiceV1.newInstance());
        api.installOn(builder);
        builder.intercept(shared.metrics().grpcServer());
    }

    private static StateDir state(AdminConfig config) {
        return new StateDir(config.stateDir(), config.bootstrapTokenFile());
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
    private record Founding(StoreFounder founder, AdminConfig config) implements StoreWatch.Step {
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
                                return true;
                            },
                            notReady -> {
                                LOG.debug("founding_waits reason={} detail={}", notReady.reason(), notReady.detail());
                                return false;
                            });
        }
    }
}
