package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.keywarden.admin.v1.CatalogServiceProto;
import io.keywarden.admin.v1.ListCatalogsRequest;
import io.keywarden.admin.v1.OptionsProto;
import io.keywarden.admin.v1.ServerServiceProto;
import io.keywarden.admin.v1.TenantServiceProto;
import io.keywarden.admin.v1.TokenServiceProto;
import io.keywarden.credential.TokenText;
import io.keywarden.token.TokenSecret;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AdminAuthenticationTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    static Stream<MethodDescriptor> everyRpc() {
        return Stream.of(
                        CatalogServiceProto.getDescriptor(),
                        TenantServiceProto.getDescriptor(),
                        TokenServiceProto.getDescriptor(),
                        ServerServiceProto.getDescriptor())
                .flatMap(file -> file.getServices().stream())
                .map(ServiceDescriptor::getMethods)
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("everyRpc")
    void rpc_any_saysWhatItRequiresAndItsPath(MethodDescriptor rpc) {
        assertThat(rpc.getOptions().getExtension(OptionsProto.requires).getOperation())
                .isEqualTo(rpc.getName());
        assertThat(rpc.getOptions().getExtension(AnnotationsProto.http).getPatternCase())
                .isNotEqualTo(HttpRule.PatternCase.PATTERN_NOT_SET);
    }

    @ParameterizedTest
    @MethodSource("everyRpc")
    void rpc_withoutCredential_refused(MethodDescriptor rpc) {
        assertThat(failure(() -> call(admin.anonymous(), rpc)).what()).isEqualTo("UNAUTHENTICATED MISSING_CREDENTIAL");
    }

    @ParameterizedTest
    @MethodSource("everyRpc")
    void rpc_withCredential_getsToItsOwnChecks(MethodDescriptor rpc) {
        if (List.of("ListCatalogs", "ListTenants", "GetServerInfo").contains(rpc.getName())) {
            assertThat(call(admin.as("Bearer " + admin.bootstrapToken()), rpc)).isNotNull();
            return;
        }
        assertThat(failure(() -> call(admin.as("Bearer " + admin.bootstrapToken()), rpc))
                        .what())
                .isEqualTo("INVALID_ARGUMENT FIELD_INVALID");
    }

    @Test
    void credential_malformed_refused() {
        String token = admin.bootstrapToken();
        List.of(
                        "Bearer",
                        "Bearer x",
                        "Basic " + token,
                        token,
                        "Bearer " + token + "x",
                        "Bearer " + token + " " + token,
                        "Bearer " + "x".repeat(600))
                .forEach(value -> assertThat(reason(value)).isEqualTo("UNAUTHENTICATED MALFORMED_CREDENTIAL"));
    }

    @Test
    void credential_twice_refused() {
        String value = "Bearer " + admin.bootstrapToken();
        assertThat(reason(value + ", " + value)).isEqualTo("UNAUTHENTICATED DUPLICATE_CREDENTIAL");
        assertThat(reason("," + value)).isEqualTo("UNAUTHENTICATED DUPLICATE_CREDENTIAL");
        Metadata headers = new Metadata();
        Metadata.Key<String> key = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
        headers.put(key, value);
        Channel twice = io.grpc.ClientInterceptors.intercept(
                admin.as(value), MetadataUtils.newAttachHeadersInterceptor(headers));
        assertThat(failure(() -> list(twice)).what()).isEqualTo("UNAUTHENTICATED DUPLICATE_CREDENTIAL");
    }

    @Test
    void credential_wrongSecretOrUnknownId_lookAlike() {
        TokenText right = TokenText.parse(admin.bootstrapToken()).orElseThrow();
        TokenSecret other = TokenSecret.random(admin.random);
        String wrongSecret = TokenText.format("kwroot", right.id(), other);
        String unknownId = TokenText.format("kwroot", new io.keywarden.token.TokenId("0".repeat(26)), other);
        assertThat(reason("Bearer " + wrongSecret)).isEqualTo("UNAUTHENTICATED INVALID_CREDENTIAL");
        assertThat(reason("Bearer " + unknownId)).isEqualTo("UNAUTHENTICATED INVALID_CREDENTIAL");
        String otherId = TokenText.format("kwroot", new io.keywarden.token.TokenId("0".repeat(26)), right.secret());
        assertThat(reason("Bearer " + otherId)).isEqualTo("UNAUTHENTICATED INVALID_CREDENTIAL");
    }

    @Test
    void credential_asLongAsTheLimit_accepted() {
        String token = admin.bootstrapToken();
        String spaces = " ".repeat(512 - "Bearer".length() - token.length());
        assertThat(list(admin.as("Bearer" + spaces + token))).isNotNull();
        assertThat(reason("Bearer " + spaces + token)).isEqualTo("UNAUTHENTICATED MALFORMED_CREDENTIAL");
    }

    @Test
    void credential_schemeInAnyCase_accepted() {
        assertThat(list(admin.as("bearer " + admin.bootstrapToken()))).isNotNull();
    }

    @Test
    void rpc_withoutRequirement_refusedToEveryone() {
        Channel root = admin.as("Bearer " + admin.bootstrapToken());
        assertThat(failure(() -> bare(root)).what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING");
        assertThat(failure(() -> bare(admin.anonymous())).what()).isEqualTo("UNAUTHENTICATED MISSING_CREDENTIAL");
    }

    @Test
    void health_withoutCredential_open() {
        HealthCheckResponse health =
                HealthGrpc.newBlockingStub(admin.anonymous()).check(HealthCheckRequest.getDefaultInstance());
        assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }

    private static Object bare(Channel channel) {
        return ClientCalls.blockingUnaryCall(
                channel, BareService.METHOD, CallOptions.DEFAULT, ListCatalogsRequest.getDefaultInstance());
    }

    private String reason(String authorization) {
        return failure(() -> list(admin.as(authorization))).what();
    }

    private static Object list(Channel channel) {
        return io.keywarden.admin.v1.CatalogServiceGrpc.newBlockingStub(channel)
                .listCatalogs(ListCatalogsRequest.getDefaultInstance());
    }

    private static Object call(Channel channel, MethodDescriptor rpc) {
        io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> method =
                io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                        .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(rpc.getService().getFullName() + "/" + rpc.getName())
                        .setRequestMarshaller(
                                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(rpc.getInputType())))
                        .setResponseMarshaller(
                                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(rpc.getOutputType())))
                        .build();
        return ClientCalls.blockingUnaryCall(
                channel, method, CallOptions.DEFAULT, DynamicMessage.getDefaultInstance(rpc.getInputType()));
    }
}
