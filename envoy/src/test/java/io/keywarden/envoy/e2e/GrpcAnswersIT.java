package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Damage;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a caller of a gRPC method gets: its own status and a plain message. */
final class GrpcAnswersIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final List<Damage> damages = new ArrayList<>();
    private Deployment deployment;
    private IssuedToken token;

    @AfterEach
    void repair() {
        damages.forEach(Damage::close);
    }

    @BeforeEach
    void issueToken() {
        deployment = SHARED.get();
        token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
    }

    @Test
    void grpc_grantedMethod_allowed() {
        assertThatAnswer(send(watch().bearer(token))).isAllowed();
    }

    @Test
    void grpc_noCredential_unauthenticated() {
        Answer answer = send(watch());

        assertGrpc(answer, "16", "MISSING_CREDENTIAL");
        assertThatAnswer(answer).isLoggedAs("DENY", "MISSING_CREDENTIAL");
    }

    @Test
    void grpc_noGrant_permissionDenied() {
        IssuedToken powerless = deployment.admin().issue(Shop.ACME);

        Answer answer = send(watch().bearer(powerless));

        assertGrpc(answer, "7", "PERMISSION_DENIED");
        assertThatAnswer(answer).isLoggedAs("DENY", "PERMISSION_DENIED").isLoggedOf(Shop.ACME, powerless);
    }

    @Test
    void grpc_changedRecord_unavailable() {
        damage(token);

        Answer answer = send(watch().bearer(token));

        assertGrpc(answer, "14", "RECORD_TAMPERED");
        assertThatAnswer(answer).isLoggedAs("ERROR", "RECORD_TAMPERED");
    }

    @Test
    void grpc_clientOfTheLibrary_seesStatusAndReason() {
        assertThat(callAs("Bearer " + token.textWithWrongSecret())).satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(status.getDescription()).startsWith("INVALID_CREDENTIAL: ");
        });
        assertThat(callAs("Bearer " + token.text())).satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(status.getDescription()).startsWith("UNKNOWN_OPERATION: ");
        });
        damage(token);
        assertThat(callAs("Bearer " + token.text())).satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(status.getDescription()).startsWith("RECORD_TAMPERED: ");
        });
    }

    private static RawRequest watch() {
        return RawRequest.of("POST", "/shop.v1.Orders/Watch")
                .host(Shop.ACME_HOST)
                .header("Content-Type", "application/grpc+proto")
                .header("TE", "trailers");
    }

    private Answer send(RawRequest request) {
        return deployment.gateway().send(request);
    }

    private void damage(IssuedToken victim) {
        damages.add(Damage.of(deployment, victim));
    }

    private Status callAs(String authorization) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, authorization);
        ManagedChannel channel = Grpc.newChannelBuilder(
                        "127.0.0.1:" + deployment.gateway().port(), InsecureChannelCredentials.create())
                .overrideAuthority(Shop.ACME_HOST)
                .build();
        try {
            HealthGrpc.HealthBlockingStub stub = HealthGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .withDeadlineAfter(20, TimeUnit.SECONDS);
            return catchThrowableOfType(
                            StatusRuntimeException.class, () -> stub.check(HealthCheckRequest.getDefaultInstance()))
                    .getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    private static void assertGrpc(Answer answer, String status, String reason) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.header("grpc-status")).containsExactly(status);
        assertThat(answer.header("grpc-message")).singleElement().asString().startsWith(reason + ":");
        assertThat(answer.header("content-type")).singleElement().asString().startsWith("application/grpc");
        assertThat(answer.body()).isEmpty();
        assertThat(answer.received()).isEmpty();
    }
}
