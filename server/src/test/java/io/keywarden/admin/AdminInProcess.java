package io.keywarden.admin;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.SecretHasher;
import io.keywarden.store.HighWater;
import io.keywarden.store.IndexReader;
import io.keywarden.store.RecordOpener;
import io.keywarden.store.RecordReader;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.VerifiedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/**
 * A real Admin API on any store, called through gRPC inside of the process. Calls run on the thread that makes them. Several
 * of them can share keys and state.
 */
public final class AdminInProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Server server;
    private final ManagedChannel channel;
    private final String bootstrapToken;

    private AdminInProcess(Server server, ManagedChannel channel, String bootstrapToken) {
        this.server = server;
        this.channel = channel;
        this.bootstrapToken = bootstrapToken;
    }

    /**
     * The store's roles.
     *
     * @param reader reads records
     * @param writer writes them
     * @param indexes reads indexes
     */
    public record Roles(RecordReader reader, RecordWriter writer, IndexReader indexes) {}

    /** Keys, and a folder for the state; for one test. */
    public static final class Identity {
        private final SecureRandom random = new SecureRandom();
        private final TestKeys keys = new TestKeys(random);
        private final Path folder;

        /** Takes an empty folder. */
        public Identity(Path folder) {
            this.folder = folder;
        }

        /** Tells records that were signed with these keys. */
        public RecordOpener opener() {
            return keys.opener();
        }

        public HmacKeys tagKeys() {
            return keys.tagKeys();
        }

        public SecretHasher hasher() {
            return keys.hasher();
        }
    }

    /** Founds the store if nobody did, and serves. */
    public static AdminInProcess start(Roles roles, Identity identity) {
        try {
            Path tokenFile = identity.folder.resolve("bootstrap-token");
            StateDir state = new StateDir(identity.folder.resolve("state"), tokenFile);
            BootstrapToken bootstrap = new BootstrapToken(state, identity.hasher());
            RecordOpener opener = identity.opener();
            StoreFounder founder = new StoreFounder(
                    new StoreFounder.Store(roles.reader(), roles.writer(), opener, identity.keys.signer()),
                    state,
                    bootstrap,
                    InstantSource.system(),
                    identity.random);
            StoreFounder.Result result = founder.found(LIMIT);
            if (!(result instanceof StoreFounder.Result.Ready)) {
                throw new IllegalStateException(result + " (expected: a store)");
            }
            VerifiedReader reader =
                    VerifiedReader.of(roles.reader(), opener, new HighWater(10_000), Optional.empty());
            AdminApi api = new AdminApi(
                    new AdminStore(reader, roles.writer(), roles.indexes(), LIMIT),
                    new AdminKeys(identity.keys.signer(), identity.tagKeys(), identity.hasher()),
                    bootstrap,
                    InstantSource.system(),
                    identity.random);
            String name = UUID.randomUUID().toString();
            InProcessServerBuilder builder =
                    InProcessServerBuilder.forName(name).directExecutor();
            api.installOn(builder);
            Server server = builder.build().start();
            ManagedChannel channel =
                    InProcessChannelBuilder.forName(name).directExecutor().build();
            return new AdminInProcess(
                    server, channel, Files.readString(tokenFile).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
    }
}
