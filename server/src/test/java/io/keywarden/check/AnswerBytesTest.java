package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
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

/** What is written byte by byte means what messages of the same outcome mean. */
class AnswerBytesTest {
    private static final String LONG = "x-" + "y".repeat(500);

    @Test
    void of_allow_isTheMessageByteForByte() {
        for (String name : new String[] {"authorization", LONG}) {
            for (int secret : new int[] {1, 127, 128, 40_000}) {
                CheckOutcome outcome = allow(Samples.ACME, Samples.LIST_ORDERS, secret, name, Optional.of("acme"));
                assertThat(AnswerBytes.of(outcome))
                        .isEqualTo(AnswerMessages.of(outcome).toByteArray());
            }
        }
    }

    @Test
    void of_allow_setsIdentityAndHidesTheCredential() {
        CheckOutcome outcome = allow(Samples.ACME, Samples.LIST_ORDERS, 2, "x-api-key", Optional.of("acme"));
        CheckResponse response = CheckRequests.response(AnswerBytes.of(outcome));
        assertThat(response.getStatus().getCode()).isZero();
        assertThat(response.getOkResponse().getHeadersList())
                .allMatch(option -> option.getAppendAction() == HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .extracting(
                        option -> option.getHeader().getKey(),
                        option -> option.getHeader().getValue())
                .containsExactly(
                        tuple("x-keywarden-token-id", Samples.TOKEN_ID.text()), tuple("x-keywarden-tenant", "acme"));
        assertThat(response.getOkResponse().getHeadersToRemoveList()).containsExactly("x-api-key");
        assertThat(response.getDynamicMetadata().getFieldsMap())
                .containsOnlyKeys("decision", "tenant", "token_id", "operation", "secret_number")
                .containsEntry(
                        "decision", Value.newBuilder().setStringValue("ALLOW").build());
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
        assertThat(AnswerBytes.of(outcome)).isEqualTo(AnswerMessages.of(outcome).toByteArray());
        assertThat(CheckRequests.response(AnswerBytes.of(outcome))
                        .getOkResponse()
                        .getHeadersToRemoveList())
                .containsExactly("x-api-key", "x-keywarden-owner", "X_Keywarden_Tenant");
    }

    @Test
    void of_allowOutsideOfAscii_isTheMessageByteForByte() {
        Operation operation = Samples.operation(11, "orders.\u00fcber", Action.READ, Set.of("GET"), "/v1/orders");
        CheckOutcome named = allow(Samples.ACME, operation, 1, "authorization", Optional.of("acme"));
        assertThat(AnswerBytes.of(named)).isEqualTo(AnswerMessages.of(named).toByteArray());
        CheckOutcome hostless = allow(Samples.ACME, Samples.LIST_ORDERS, 1, "authorization", Optional.empty());
        assertThat(AnswerBytes.of(hostless))
                .isEqualTo(AnswerMessages.of(hostless).toByteArray());
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void of_everyReason_meansTheMessage(Reason reason) {
        for (boolean grpc : new boolean[] {false, true}) {
            for (Optional<String> tenant : Set.of(Optional.of("acme"), Optional.<String>empty())) {
                CheckOutcome outcome = new CheckOutcome(
                        request(RequestHeaders.builder().build(), grpc),
                        Samples.decision(reason),
                        tenant,
                        tenant.map(id -> Samples.LIST_ORDERS),
                        Optional.of(new PresentedId(Samples.TOKEN_ID, "authorization")));
                CheckResponse written = CheckRequests.response(AnswerBytes.of(outcome));
                assertThat(written).isEqualTo(AnswerMessages.of(outcome));
                assertThat(written.getStatus().getCode()).isNotZero();
                assertThat(written.hasOkResponse()).isFalse();
            }
        }
    }

    @Test
    void of_denyOfAProvenToken_namesItsTenantElseTheRequests() {
        assertThat(tenantOfDeny(Optional.of("acme"))).isEqualTo("acme");
        assertThat(tenantOfDeny(Optional.empty())).isEqualTo("globex");
    }

    private static String tenantOfDeny(Optional<String> tenant) {
        Decision deny = new Decision.Deny(
                Reason.EXPIRED, Optional.of(new Decision.Proven(Samples.activeToken(), tenant)), Optional.empty());
        CheckOutcome outcome = new CheckOutcome(
                request(RequestHeaders.builder().build(), false),
                deny,
                Optional.of("globex"),
                Optional.empty(),
                Optional.empty());
        CheckResponse written = CheckRequests.response(AnswerBytes.of(outcome));
        assertThat(written).isEqualTo(AnswerMessages.of(outcome));
        return written.getDynamicMetadata().getFieldsOrThrow("tenant").getStringValue();
    }

    @Test
    void internal_always_isAnError() {
        assertThat(CheckRequests.response(AnswerBytes.internal()).getStatus().getCode())
                .isEqualTo(14);
    }

    @Test
    void of_unreadableRequest_isAnError() {
        CheckOutcome outcome = CheckOutcome.cannotTell(CheckedRequest.UNREADABLE, Reason.INTERNAL, "detail");
        assertThat(CheckRequests.response(AnswerBytes.of(outcome))).isEqualTo(AnswerMessages.of(outcome));
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
