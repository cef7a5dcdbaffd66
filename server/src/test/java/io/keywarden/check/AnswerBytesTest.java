package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.keywarden.check.CheckOutcome.PresentedId;
import io.keywarden.credential.RequestHeaders;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.Samples;
import io.keywarden.token.Action;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written by hand means what the factory of messages makes of the same outcome. */
class AnswerBytesTest {
    private static final String LONG = "x-" + "y".repeat(500);

    @Test
    void of_allow_isTheFactorysByteForByte() {
        for (String name : new String[] {"authorization", LONG}) {
            for (int secret : new int[] {1, 127, 128, 40_000}) {
                CheckOutcome outcome = allow(Samples.ACME, Samples.LIST_ORDERS, secret, name, Optional.of("acme"));
                assertThat(AnswerBytes.of(outcome))
                        .isEqualTo(CheckResponses.of(outcome).toByteArray());
            }
        }
    }

    @Test
    void of_allowWithClaims_removesThem() {
        RequestHeaders headers = RequestHeaders.builder()
                .add("x-keywarden-token-id", "spoofed")
                .add("x-keywarden-owner", "spoofed")
                .add("X_Keywarden_Tenant", "spoofed")
                .build();
        CheckOutcome plain = allow(Samples.ACME, Samples.LIST_ORDERS, 1, "x-api-key", Optional.of("acme"));
        CheckOutcome outcome = new CheckOutcome(
                request(headers, false), plain.decision(), plain.requestTenant(), plain.operation(), plain.presented());
        assertThat(AnswerBytes.of(outcome)).isEqualTo(CheckResponses.of(outcome).toByteArray());
        assertThat(CheckRequests.response(AnswerBytes.of(outcome))
                        .getOkResponse()
                        .getHeadersToRemoveList())
                .containsExactly("x-api-key", "x-keywarden-owner", "X_Keywarden_Tenant");
    }

    @Test
    void of_allowOutsideOfAscii_isTheFactorys() {
        Operation operation = Samples.operation(11, "orders.\u00fcber", Action.READ, Set.of("GET"), "/v1/orders");
        CheckOutcome named = allow(Samples.ACME, operation, 1, "authorization", Optional.of("acme"));
        assertThat(AnswerBytes.of(named)).isEqualTo(CheckResponses.of(named).toByteArray());
        CheckOutcome hostless = allow(Samples.ACME, Samples.LIST_ORDERS, 1, "authorization", Optional.empty());
        assertThat(AnswerBytes.of(hostless))
                .isEqualTo(CheckResponses.of(hostless).toByteArray());
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void of_everyReason_isTheFactorys(Reason reason) {
        for (boolean grpc : new boolean[] {false, true}) {
            for (Optional<String> tenant : Set.of(Optional.of("acme"), Optional.<String>empty())) {
                CheckOutcome outcome = new CheckOutcome(
                        request(RequestHeaders.builder().build(), grpc),
                        decision(reason),
                        tenant,
                        tenant.map(id -> Samples.LIST_ORDERS),
                        Optional.of(new PresentedId(Samples.TOKEN_ID, "authorization")));
                CheckResponse written = CheckRequests.response(AnswerBytes.of(outcome));
                assertThat(written).isEqualTo(CheckResponses.of(outcome));
                assertThat(written.getStatus().getCode()).isNotZero();
                assertThat(written.hasOkResponse()).isFalse();
            }
        }
    }

    @Test
    void of_unreadableRequest_isAnError() {
        CheckOutcome outcome = CheckOutcome.cannotTell(CheckedRequest.UNREADABLE, Reason.INTERNAL, "detail");
        assertThat(CheckRequests.response(AnswerBytes.of(outcome))).isEqualTo(CheckResponses.of(outcome));
    }

    private static Decision decision(Reason reason) {
        return reason.group() == Reason.Group.CANNOT_TELL
                ? new Decision.CannotTell(reason, "detail")
                : new Decision.Deny(
                        reason,
                        reason.afterProof()
                                ? Optional.of(new Decision.Proven(Samples.activeToken(), Optional.of("acme")))
                                : Optional.empty(),
                        Optional.empty());
    }

    private static CheckOutcome allow(
            Tenant tenant, Operation operation, int secret, String header, Optional<String> requestTenant) {
        return new CheckOutcome(
                request(RequestHeaders.builder().add("accept", "*/*").build(), false),
                new Decision.Allow(tenant, Samples.activeToken(), secret, operation),
                requestTenant,
                Optional.of(operation),
                Optional.of(new PresentedId(Samples.TOKEN_ID, header)));
    }

    private static CheckedRequest request(RequestHeaders headers, boolean grpc) {
        return new CheckedRequest("", headers, Optional.empty(), "GET", Optional.empty(), grpc, false);
    }
}
