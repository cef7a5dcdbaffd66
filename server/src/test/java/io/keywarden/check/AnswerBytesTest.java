package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.keywarden.check.CheckOutcome.PresentedId;
import io.keywarden.credential.Hiding;
import io.keywarden.credential.RequestHeaders;
import io.keywarden.credential.RequestQuery;
import io.keywarden.policy.Access;
import io.keywarden.policy.CredentialOutcome;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Need;
import io.keywarden.policy.Reason;
import io.keywarden.policy.RouteSettings;
import io.keywarden.testkit.Samples;
import io.keywarden.token.Action;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written byte by byte means what messages of the same outcome mean. */
class AnswerBytesTest {
    private static final String LONG = "x-" + "y".repeat(500);

    @Test
    void of_allow_meansTheMessage() {
        for (String name : new String[] {"authorization", LONG}) {
            for (int secret : new int[] {1, 127, 128, 40_000}) {
                CheckOutcome outcome =
                        allow(Samples.ACME, Samples.LIST_ORDERS, secret, name, Optional.of(Samples.ACME));
                assertThat(CheckRequests.response(AnswerBytes.of(outcome))).isEqualTo(AnswerMessages.of(outcome));
            }
        }
    }

    @Test
    void of_allow_setsIdentityAndHidesTheCredential() {
        CheckOutcome outcome = allow(Samples.ACME, Samples.LIST_ORDERS, 2, "x-api-key", Optional.of(Samples.ACME));
        CheckResponse response = CheckRequests.response(AnswerBytes.of(outcome));
        assertThat(response.getStatus().getCode()).isZero();
        assertThat(response.getOkResponse().getHeadersList())
                .allMatch(option -> option.getAppendAction() == HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .extracting(
                        option -> option.getHeader().getKey(),
                        option -> option.getHeader().getValue())
                .containsExactly(
                        tuple("x-keywarden-token-id", Samples.TOKEN_ID.text()),
                        tuple("x-keywarden-tenant", "acme"),
                        tuple("x-keywarden-priority", "normal"));
        assertThat(response.getOkResponse().getHeadersToRemoveList()).containsExactly("x-api-key");
        assertThat(response.getDynamicMetadata().getFieldsMap())
                .containsOnlyKeys("decision", "tenant", "token_id", "operation", "secret_number", "priority")
                .containsEntry(
                        "decision", Value.newBuilder().setStringValue("ALLOW").build());
    }

    @Test
    void of_allowOfAnOwnerForAClient_namesBoth() {
        Decision.Identity who = new Decision.Identity(
                Samples.ACME,
                Samples.activeToken(),
                1,
                Optional.of(Samples.owner(70, Samples.ACME)),
                Optional.of("client-7"));
        CheckResponse response =
                same(outcome(new Decision.Allow(Optional.of(who), Optional.empty(), Optional.empty())));
        assertThat(response.getDynamicMetadata().getFieldsMap()).containsKeys("owner", "client");
    }

    @Test
    void of_allowOfATokenThatEndsSoon_tellsTheCallerHowManySecondsAreLeft() {
        assertThat(expiresIn(Duration.ofDays(7), Duration.ofDays(7).minusNanos(1)))
                .containsExactly("604799");
        assertThat(expiresIn(Duration.ofDays(365), Duration.ofDays(300))).containsExactly("25920000");
        assertThat(expiresIn(Duration.ofDays(7), Duration.ofNanos(1))).containsExactly("0");
    }

    @Test
    void of_allowOfATokenThatEndsLaterOrWhoseTenantWantsNoNotice_saysNothing() {
        assertThat(expiresIn(Duration.ofDays(7), Duration.ofDays(7))).isEmpty();
        assertThat(expiresIn(Duration.ZERO, Duration.ofSeconds(1))).isEmpty();
    }

    private static List<String> expiresIn(Duration notice, Duration left) {
        TenantRules rules = CheckWorld.noticing(notice);
        Decision.Identity who = new Decision.Identity(
                Samples.withRules(Samples.ACME, rules),
                Samples.withTimes(Samples.activeToken(), Optional.empty(), Optional.of(Samples.NOW.plus(left))),
                1,
                Optional.empty(),
                Optional.empty());
        CheckResponse response =
                same(outcome(new Decision.Allow(Optional.of(who), Optional.empty(), Optional.empty())));
        assertThat(response.getOkResponse().getHeadersList())
                .extracting(option -> option.getHeader().getKey())
                .doesNotContain("x-keywarden-expires-in");
        assertThat(response.getOkResponse().getResponseHeadersToAddList())
                .allMatch(option -> option.getAppendAction() == HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .allMatch(option -> option.getHeader().getKey().equals("x-keywarden-expires-in"));
        return response.getOkResponse().getResponseHeadersToAddList().stream()
                .map(option -> option.getHeader().getValue())
                .toList();
    }

    static Stream<Reason> shadowed() {
        return Stream.of(Reason.values()).filter(Reason::canBeShadowed);
    }

    @ParameterizedTest
    @MethodSource("shadowed")
    void of_shadowOverAnyReason_saysWhatWouldHaveBeen(Reason reason) {
        CheckResponse response =
                same(outcome(new Decision.Allow(Optional.empty(), Optional.empty(), Optional.of(reason))));
        assertThat(response.getDynamicMetadata().getFieldsOrThrow("shadow").getStringValue())
                .isEqualTo(reason.name());
        assertThat(response.getDynamicMetadata().getFieldsOrThrow("tenant").getStringValue())
                .isEqualTo("globex");
        assertThat(response.getDynamicMetadata().containsFields("address"))
                .isEqualTo(reason.name().endsWith("_NOT_ALLOWED"));
    }

    private static CheckResponse same(CheckOutcome outcome) {
        CheckResponse written = CheckRequests.response(AnswerBytes.of(outcome));
        assertThat(written).isEqualTo(AnswerMessages.of(outcome));
        return written;
    }

    private static CheckOutcome outcome(Decision decision) {
        return new CheckOutcome(
                request(RequestHeaders.builder().build(), false),
                decision,
                Optional.of(Samples.GLOBEX),
                Optional.of(facts(Samples.LIST_ORDERS)),
                Optional.empty());
    }

    @Test
    void of_allowWithClaims_removesThem() {
        RequestHeaders headers = RequestHeaders.builder()
                .add("x-keywarden-token-id", "spoofed")
                .add("x-keywarden-owner", "spoofed")
                .add("X_Keywarden_Tenant", "spoofed")
                .build();
        CheckOutcome plain = allow(Samples.ACME, Samples.LIST_ORDERS, 1, "x-api-key", Optional.of(Samples.ACME));
        CheckOutcome outcome = new CheckOutcome(
                request(headers, false), plain.decision(), plain.requestTenant(), plain.facts(), plain.presented());
        assertThat(CheckRequests.response(AnswerBytes.of(outcome))).isEqualTo(AnswerMessages.of(outcome));
        assertThat(CheckRequests.response(AnswerBytes.of(outcome))
                        .getOkResponse()
                        .getHeadersToRemoveList())
                .containsExactly("x-keywarden-owner", "X_Keywarden_Tenant", "x-api-key");
    }

    @Test
    void of_allowOutsideOfAscii_meansTheMessage() {
        Operation operation = Samples.operation(11, "orders.\u00fcber", Action.READ, Set.of("GET"), "/v1/orders");
        CheckOutcome named = allow(Samples.ACME, operation, 1, "authorization", Optional.of(Samples.ACME));
        assertThat(CheckRequests.response(AnswerBytes.of(named))).isEqualTo(AnswerMessages.of(named));
        CheckOutcome hostless = allow(Samples.ACME, Samples.LIST_ORDERS, 1, "authorization", Optional.empty());
        assertThat(CheckRequests.response(AnswerBytes.of(hostless))).isEqualTo(AnswerMessages.of(hostless));
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void of_everyReason_meansTheMessage(Reason reason) {
        for (boolean grpc : new boolean[] {false, true}) {
            for (Optional<Tenant> tenant : Set.of(Optional.of(Samples.ACME), Optional.<Tenant>empty())) {
                CheckOutcome outcome = new CheckOutcome(
                        request(RequestHeaders.builder().build(), grpc),
                        Samples.decision(reason),
                        tenant,
                        tenant.map(id -> facts(Samples.LIST_ORDERS)),
                        Optional.of(presented("authorization")));
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
                Optional.of(Samples.GLOBEX),
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
            Tenant tenant, Operation operation, int secret, String header, Optional<Tenant> requestTenant) {
        return new CheckOutcome(
                request(RequestHeaders.builder().add("accept", "*/*").build(), false),
                new Decision.Allow(
                        Optional.of(new Decision.Identity(
                                tenant, Samples.activeToken(), secret, Optional.empty(), Optional.empty())),
                        Optional.of(operation),
                        Optional.empty()),
                requestTenant,
                Optional.of(facts(operation)),
                Optional.of(presented(header)));
    }

    private static Facts facts(Operation operation) {
        return new Facts(
                CredentialOutcome.WRONG,
                Optional.empty(),
                Optional.empty(),
                Facts.Request.of(Access.REQUIRED, new Need.Known(operation)),
                Samples.NOW);
    }

    private static PresentedId presented(String header) {
        return new PresentedId(Optional.of(Samples.TOKEN_ID), new Hiding.RemoveHeader(header));
    }

    private static CheckedRequest request(RequestHeaders headers, boolean grpc) {
        return new CheckedRequest(
                "", headers, Optional.empty(), "GET", Optional.empty(), RequestQuery.NONE, grpc, RouteSettings.NONE);
    }
}
