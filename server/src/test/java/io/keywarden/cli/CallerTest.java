package io.keywarden.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.GetTenantResponse;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallerTest {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final AtomicReference<String> authorization = new AtomicReference<>("");

    @TempDir
    Path folder;

    private Server server;

    @BeforeEach
    void setUp() throws IOException {
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new Tenants())
                .intercept(new Remember())
                .build()
                .start();
    }

    @AfterEach
    void tearDown() {
        server.shutdownNow();
    }

    @Test
    void call_shortName_sendsJsonAndTokenAndPrintsJson() throws IOException {
        String answer = new Caller(target(token("secret-token")))
                .call(CallMethods.find("TenantService/GetTenant"), "{\"name\": \"tenants/acme\"}");

        assertThat(answer).contains("\"name\": \"tenants/acme\"");
        assertThat(authorization).hasValue("Bearer secret-token");
    }

    @Test
    void call_refused_saysReasonAndFields() throws IOException {
        Caller caller = new Caller(target(token("t")));

        assertThatThrownBy(() -> caller.call(CallMethods.find("keywarden.admin.v1.TenantService/GetTenant"), "{}"))
                .isInstanceOf(UserError.class)
                .hasMessage("INVALID_ARGUMENT (FIELD_INVALID): wrong" + System.lineSeparator() + "  name: no name");
    }

    @Test
    void call_nothingListens_saysWhereAndWhatMayBe() {
        CallTarget nowhere = CallTarget.of(
                new CallTarget.Given(Optional.of("127.0.0.1:1"), Optional.empty(), Optional.empty(), "5s"), Map.of());

        assertThatThrownBy(() -> new Caller(nowhere).call(CallMethods.find("TenantService/GetTenant"), "{}"))
                .hasMessageStartingWith("UNAVAILABLE")
                .hasMessageContaining("127.0.0.1:1 in plaintext (is it running? does it want TLS: --ca FILE?)");
    }

    @Test
    void call_unknownField_saysSoBeforeAnythingIsSent() {
        assertThatThrownBy(() -> new Caller(target(Optional.empty()))
                        .call(CallMethods.find("TenantService/GetTenant"), "{\"nam\": 1}"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("nam");
        assertThat(authorization).hasValue("");
    }

    @Test
    void find_typo_namesTheNearest() {
        assertThatThrownBy(() -> CallMethods.find("TokenService/CreateTokn"))
                .hasMessageContaining("did you mean TokenService/CreateToken?");
    }

    @Test
    void target_tokenInPlaintextToAnotherMachine_isRefused() throws IOException {
        CallTarget.Given given =
                new CallTarget.Given(Optional.of("admin.example:9002"), token("t"), Optional.empty(), "5s");

        assertThatThrownBy(() -> CallTarget.of(given, Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("admin.example:9002")
                .hasMessageContaining("--ca FILE");
    }

    @Test
    void target_tokenFileReadableByAll_isRefused() throws IOException {
        Path file = token("t").orElseThrow();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> target(Optional.of(file))).hasMessageContaining("chmod 600 " + file);
    }

    @Test
    void target_tokenFileInEnvironment_isUsedWhereNoneIsGiven() throws IOException {
        Path file = token("from-environment").orElseThrow();

        CallTarget target = CallTarget.of(
                new CallTarget.Given(Optional.of("[::1]:5"), Optional.empty(), Optional.empty(), "1s"),
                Map.of("KEYWARDEN_ADMIN_TOKEN_FILE", file.toString()));

        assertThat(target.token()).contains("from-environment");
        assertThat(target.address().host()).isEqualTo("::1");
    }

    private CallTarget target(Optional<Path> tokenFile) {
        return CallTarget.of(
                new CallTarget.Given(Optional.of("127.0.0.1:" + server.getPort()), tokenFile, Optional.empty(), "30s"),
                Map.of());
    }

    private Optional<Path> token(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return Optional.of(file);
    }

    private static final class Tenants extends TenantServiceGrpc.TenantServiceImplBase {
        @Override
        public void getTenant(GetTenantRequest request, StreamObserver<GetTenantResponse> caller) {
            if (request.getName().isEmpty()) {
                caller.onError(StatusProto.toStatusRuntimeException(Status.newBuilder()
                        .setCode(Code.INVALID_ARGUMENT_VALUE)
                        .setMessage("wrong")
                        .addDetails(Any.pack(ErrorInfo.newBuilder()
                                .setReason("FIELD_INVALID")
                                .build()))
                        .addDetails(Any.pack(BadRequest.newBuilder()
                                .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                        .setField("name")
                                        .setDescription("no name"))
                                .build()))
                        .build()));
                return;
            }
            caller.onNext(GetTenantResponse.newBuilder()
                    .setTenant(Tenant.newBuilder().setName(request.getName()))
                    .build());
            caller.onCompleted();
        }
    }

    private final class Remember implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            authorization.set(Objects.requireNonNullElse(headers.get(AUTHORIZATION), "none"));
            return next.startCall(call, headers);
        }
    }
}
