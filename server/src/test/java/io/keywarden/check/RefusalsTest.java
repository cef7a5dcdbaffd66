package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalsTest {
    @Test
    void seal_okWithoutOkResponse_isRefused() {
        assertThatThrownBy(() -> Refusals.seal(CheckResponse.newBuilder())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Refusals.seal(
                        CheckResponse.newBuilder().setDeniedResponse(DeniedHttpResponse.getDefaultInstance())))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void seal_refusalThatIsNone_isRefused() {
        CheckResponse.Builder refusal =
                CheckResponse.newBuilder().setStatus(Status.newBuilder().setCode(16));
        assertThatThrownBy(() -> Refusals.seal(refusal)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Refusals.seal(refusal.setOkResponse(OkHttpResponse.getDefaultInstance())))
                .isInstanceOf(IllegalStateException.class);
    }

    /** What is prepared for each of them need not be made again for each request. */
    @Test
    void styles_all_areEveryCombination() {
        assertThat(Refusals.Style.all()).hasSize(8).doesNotHaveDuplicates();
    }

    @Test
    void of_grpcCaller_detailsNameTheTokenAndTheOperation() throws Exception {
        ErrorInfo told = ErrorInfo.newBuilder()
                .setDomain("keywarden.io")
                .setReason("PERMISSION_DENIED")
                .putMetadata("token_id", Samples.TOKEN_ID.text())
                .putMetadata("operation", Samples.LIST_ORDERS.id())
                .build();
        Status status = details(false);
        assertThat(status.getCode()).isEqualTo(7);
        assertThat(status.getMessage()).startsWith("PERMISSION_DENIED: ");
        assertThat(status.getDetailsList()).containsExactly(Any.pack(told));
        assertThat(details(true))
                .isEqualTo(
                        Status.newBuilder().setCode(7).setMessage("Forbidden").build());
    }

    private static Status details(boolean terse) throws InvalidProtocolBufferException {
        CheckResponse response = CheckRequests.response(Refusals.of(
                Reason.PERMISSION_DENIED,
                new Refusals.Style(true, terse, false),
                Optional.of(new Decision.Proven(Samples.activeToken(), Optional.of("acme"))),
                Optional.of(Samples.LIST_ORDERS)));
        Map<String, String> headers = headers(response.getDeniedResponse().getHeadersList());
        return Status.parseFrom(Base64.getDecoder().decode(headers.get("grpc-status-details-bin")));
    }

    @Test
    void clamp_anyStatus_isARefusal() {
        assertThat(List.of(0, 99, 200, 401, 600, 999).stream().map(Refusals::clamp))
                .containsExactly(400, 400, 400, 401, 599, 599);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void of_everyReason_isARefusalWithAValidProblem(Reason reason) throws Exception {
        CheckResponse response = response(outcome(reason, false));
        DeniedHttpResponse denied = response.getDeniedResponse();
        Map<String, String> headers = headers(denied.getHeadersList());
        assertThat(response.getStatus().getCode()).isEqualTo(reason.group().grpcStatus());
        assertThat(denied.getStatus().getCodeValue()).isEqualTo(reason.group().httpStatus());
        assertThat(headers).containsEntry("content-type", "application/problem+json");
        assertThat(headers.containsKey("www-authenticate"))
                .isEqualTo(reason.group() == Reason.Group.UNAUTHENTICATED
                        || reason == Reason.PERMISSION_DENIED
                        || reason == Reason.OWNER_LACKS_PERMISSION);
        assertThat(headers.containsKey("retry-after")).isEqualTo(reason.group() == Reason.Group.CANNOT_TELL);
        JsonNode problem = new ObjectMapper().readTree(denied.getBody());
        assertThat(problem.get("status").asInt()).isEqualTo(reason.group().httpStatus());
        assertThat(problem.get("reason").asText()).isEqualTo(reason.name());
        assertThat(problem.has("token_id")).isEqualTo(reason.afterProof());
        assertThat(problem.get("type").isTextual() && problem.get("detail").isTextual())
                .isTrue();
        assertThat(field(response, "reason")).isEqualTo(reason.name());
        assertThat(response.getDynamicMetadata().containsFields("token_id")).isEqualTo(reason.afterProof());
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void of_grpcCaller_isPlainTextWithAStatus(Reason reason) {
        DeniedHttpResponse denied = response(outcome(reason, true)).getDeniedResponse();
        assertThat(denied.getBody()).startsWith(reason.name() + ": ").doesNotContain("{");
        assertThat(headers(denied.getHeadersList()))
                .containsEntry("grpc-status", Integer.toString(reason.group().grpcStatus()))
                .doesNotContainKey("content-type");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void of_cannotTell_aloneHasAnErrorResponse(Reason reason) throws InvalidProtocolBufferException {
        CheckResponse response = response(outcome(reason, false));
        UnknownFieldSet onTheWire =
                CheckResponse.parseFrom(response.toByteArray()).getUnknownFields();
        boolean expected = reason.group() == Reason.Group.CANNOT_TELL;
        assertThat(onTheWire.hasField(Refusals.ERROR_RESPONSE_FIELD)).isEqualTo(expected);
        if (expected) {
            var field = onTheWire.getField(Refusals.ERROR_RESPONSE_FIELD).getLengthDelimitedList();
            assertThat(DeniedHttpResponse.parseFrom(field.get(0))).isEqualTo(response.getDeniedResponse());
        }
    }

    private static CheckResponse response(CheckOutcome outcome) {
        return CheckRequests.response(AnswerBytes.of(outcome));
    }

    private static CheckOutcome outcome(Reason reason, boolean grpc) {
        CheckedRequest request = new CheckedRequest(
                "",
                RequestHeaders.builder().build(),
                Optional.empty(),
                "GET",
                Optional.empty(),
                RequestQuery.NONE,
                grpc,
                RouteSettings.NONE);
        return new CheckOutcome(
                request,
                Samples.decision(reason),
                Optional.of(Samples.ACME),
                Optional.of(new Facts(
                        CredentialOutcome.WRONG,
                        Optional.empty(),
                        Optional.of(Samples.ACME),
                        Facts.Request.of(Access.REQUIRED, new Need.Known(Samples.LIST_ORDERS)),
                        Samples.NOW)),
                Optional.of(new PresentedId(Optional.of(Samples.TOKEN_ID), new Hiding.RemoveHeader("authorization"))));
    }

    private static String field(CheckResponse response, String name) {
        return response.getDynamicMetadata().getFieldsOrThrow(name).getStringValue();
    }

    private static Map<String, String> headers(List<HeaderValueOption> options) {
        assertThat(options)
                .allMatch(option -> option.getAppendAction() == HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
        return options.stream()
                .collect(Collectors.toMap(
                        option -> option.getHeader().getKey(),
                        option -> option.getHeader().getValue()));
    }
}
