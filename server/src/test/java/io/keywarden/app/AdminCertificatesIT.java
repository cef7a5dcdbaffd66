package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import io.keywarden.admin.AdminApi;
import io.keywarden.admin.AdminInProcess;
import io.keywarden.admin.CertificateIdentity;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.ListTenantsRequest;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.config.HostPort;
import io.keywarden.config.TlsConfig;
import io.keywarden.policy.CountryLookup;
import io.keywarden.store.InMemoryStore;
import io.keywarden.store.StoreCondition;
import io.keywarden.testkit.SelfSigned;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of Admin over its own TLS listener, with a client certificate. */
final class AdminCertificatesIT {
    private static final String OPS = "ops.example.com";
    private static final StoreCondition CONDITION =
            () -> Optional.of(new StoreCondition.Condition("one", true, true, List.of()));

    @TempDir
    private Path folder = Path.of("");

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final InMemoryStore store = new InMemoryStore(InstantSource.system());
    private final AdminInProcess.Roles roles = new AdminInProcess.Roles(store, store, store, CONDITION);
    private Optional<AdminInProcess.Identity> identity = Optional.empty();
    private Optional<AdminInProcess> admin = Optional.empty();
    private Optional<GrpcServer> server = Optional.empty();
    private Optional<ManagedChannel> channel = Optional.empty();

    @BeforeEach
    void found() {
        AdminInProcess.Identity made = new AdminInProcess.Identity(folder);
        identity = Optional.of(made);
        admin = Optional.of(AdminInProcess.start(roles, made));
    }

    @AfterEach
    void stop() {
        channel.ifPresent(ManagedChannel::shutdownNow);
        server.ifPresent(GrpcServer::close);
        admin.ifPresent(AdminInProcess::close);
        threads.shutdownNow();
    }

    @Test
    void call_listedCertificate_mayDoWhatIsListed() throws IOException {
        Channel caller = serve(new CertificateIdentity(OPS, List.of("ListTenants"), List.of("*")));
        assertThat(list(caller)).isZero();
        assertThat(status(() -> TenantServiceGrpc.newBlockingStub(caller)
                        .getTenant(GetTenantRequest.newBuilder()
                                .setName("tenants/acme")
                                .build())))
                .isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void call_certificateThatIsNotListed_isNobodys() throws IOException {
        Channel caller = serve(new CertificateIdentity("other.example.com", List.of("*"), List.of("*")));
        assertThat(status(() -> list(caller))).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void call_listedCertificateWithAWrongToken_refused() throws IOException {
        Channel caller = serve(new CertificateIdentity(OPS, List.of("*"), List.of("*")));
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer wrong");
        Channel both = ClientInterceptors.intercept(caller, MetadataUtils.newAttachHeadersInterceptor(headers));
        assertThat(status(() -> list(both))).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(list(caller)).isZero();
    }

    private static int list(Channel channel) {
        return TenantServiceGrpc.newBlockingStub(channel)
                .listTenants(ListTenantsRequest.getDefaultInstance())
                .getTenantsCount();
    }

    private static Status.Code status(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call)
                .getStatus()
                .getCode();
    }

    /** Serves with a certificate that is its own authority, and answers a channel that shows the same one. */
    private Channel serve(CertificateIdentity listed) throws IOException {
        SelfSigned own = SelfSigned.in(folder, OPS);
        AdminApi.Known known = new AdminApi.Known(List.of(listed), CountryLookup.NONE, List.of());
        NettyServers.Served served = new NettyServers.Served(
                "admin",
                1 << 20,
                threads,
                builder -> AdminInProcess.installOn(builder, roles, identity.orElseThrow(), known));
        GrpcServer started = NettyServers.tcp(
                served,
                new HostPort("127.0.0.1", 0),
                Optional.of(new TlsConfig(own.certificate(), own.privateKey(), Optional.of(own.certificate()))));
        server = Optional.of(started);
        ManagedChannel made = Grpc.newChannelBuilder(
                        "127.0.0.1:" + started.port(),
                        TlsChannelCredentials.newBuilder()
                                .keyManager(
                                        own.certificate().toFile(),
                                        own.privateKey().toFile())
                                .trustManager(own.certificate().toFile())
                                .build())
                .build();
        channel = Optional.of(made);
        return made;
    }
}
