package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.CheckClient;
import io.keywarden.envoy.e2e.fixture.Damage;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.Gateway;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.envoy.e2e.fixture.StandInCheck;
import io.keywarden.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How Envoy reads answers that say too little or come late, and that ours are none of them. */
final class EmptyAnswerIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final int ERROR_RESPONSE_FIELD = 5;
    private static final RawRequest LIST = RawRequest.get("/v1/orders").host(Shop.ACME_HOST);

    private final List<Damage> damages = new ArrayList<>();
    private Deployment deployment;

    @AfterEach
    void repair() {
        damages.forEach(Damage::close);
    }

    @BeforeEach
    void deployment() {
        deployment = SHARED.get();
    }

    /** The trap itself: should this ever fail, then Envoy has become kinder. */
    @Test
    void envoy_emptyAnswer_takenForAnAllow() {
        assertThat(statusWith(CheckResponse.getDefaultInstance())).isEqualTo(200);
    }

    /** Why the field never goes out alone. */
    @Test
    void envoy_nothingButTheNewErrorField_takenForAnAllow() {
        CheckResponse errorAlone = CheckResponse.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                ERROR_RESPONSE_FIELD,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.EMPTY)
                                        .build())
                        .build())
                .build();

        assertThat(statusWith(errorAlone)).isEqualTo(200);
    }

    @Test
    void keywarden_errorAtAReceiverThatKnowsTheField_countedAsError() {
        IssuedToken damaged = damagedToken();
        long errors = deployment.gateway().counted("error");
        long denied = deployment.gateway().counted("denied");

        assertThatAnswer(deployment.gateway().send(LIST.bearer(damaged))).isUntold("RECORD_TAMPERED");

        assertThat(deployment.gateway().counted("error")).isEqualTo(errors + 1);
        assertThat(deployment.gateway().counted("denied")).isEqualTo(denied);
    }

    @Test
    void keywarden_errorAtAReceiverThatDoesNotKnowTheField_isStill503() {
        IssuedToken damaged = damagedToken();
        try (CheckClient keywarden = new CheckClient(deployment.checkPort());
                StandInCheck old = StandInCheck.between(keywarden, EmptyAnswerIT::asAnOldReceiverReads);
                Gateway gateway = deployment.gatewayCheckedAt(old.port())) {
            assertThatAnswer(gateway.send(LIST.bearer(damaged))).isUntold("RECORD_TAMPERED");
            assertThat(gateway.counted("ok")).isZero();
        }
    }

    @Test
    void keywarden_requestThatSaysNothing_notAnEmptyAnswer() {
        try (CheckClient keywarden = new CheckClient(deployment.checkPort())) {
            CheckResponse response = keywarden.check(CheckRequest.getDefaultInstance());

            assertThat(response).isNotEqualTo(CheckResponse.getDefaultInstance());
            assertThat(response.getStatus().getCode()).isNotZero();
            assertThat(response.hasDeniedResponse()).isTrue();
        }
    }

    /** A retry policy can give each try less time than the whole check has. */
    @Test
    void envoy_answerThatTakesHalfOfTheShippedLimit_waitedFor() {
        IssuedToken token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        try (CheckClient keywarden = new CheckClient(deployment.checkPort());
                StandInCheck slow = StandInCheck.between(keywarden, EmptyAnswerIT::late);
                Gateway gateway = deployment.gatewayWithShippedLimitsCheckedAt(slow.port())) {
            assertThat(keywarden.health()).isEqualTo(ServingStatus.SERVING);
            Eventually.within(
                    Duration.ofSeconds(20),
                    () -> assertThatAnswer(gateway.send(LIST.bearer(token))).isAllowed());
        }
    }

    private int statusWith(CheckResponse response) {
        try (StandInCheck standIn = StandInCheck.answering(request -> response);
                Gateway gateway = deployment.gatewayCheckedAt(standIn.port())) {
            Answer answer = gateway.send(LIST);
            return answer.status();
        }
    }

    private IssuedToken damagedToken() {
        IssuedToken token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        damages.add(Damage.of(deployment, token));
        return token;
    }

    private static CheckResponse asAnOldReceiverReads(CheckResponse response) {
        assertThat(response.getUnknownFields().hasField(ERROR_RESPONSE_FIELD)).isTrue();
        return response.toBuilder()
                .setUnknownFields(UnknownFieldSet.getDefaultInstance())
                .build();
    }

    private static CheckResponse late(CheckResponse response) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(120));
        return response;
    }
}
