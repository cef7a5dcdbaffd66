package io.keywarden.check;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.token.Operation;
import java.util.Optional;
import java.util.Set;

/**
 * The only place that makes answers to Envoy. To Envoy the status alone decides, and an answer that says nothing means that
 * the request may pass; so every answer is looked over before it leaves here.
 */
final class CheckResponses {
    /** What is answered when making the right answer failed. */
    static final CheckResponse INTERNAL =
            of(CheckOutcome.cannotTell(CheckedRequest.UNREADABLE, Reason.INTERNAL, "no answer could be made"));

    /** Envoy 1.37 and later count an answer with this field as an error; it is newer than the generated classes. */
    static final int ERROR_RESPONSE_FIELD = 5;

    /** What the names of our own headers begin with. */
    static final String IDENTITY_PREFIX = "x-keywarden-";

    static final String TOKEN_ID_HEADER = "x-keywarden-token-id";
    static final String TENANT_HEADER = "x-keywarden-tenant";
    static final Set<String> SET_HEADERS = Set.of(TOKEN_ID_HEADER, TENANT_HEADER);

    private CheckResponses() {}

    /** Makes the answer for an outcome. */
    static CheckResponse of(CheckOutcome outcome) {
        CheckResponse.Builder response = CheckResponse.newBuilder();
        outcome.decision()
                .fold(
                        allow -> allow(response, outcome, allow),
                        deny -> refuse(response, outcome, deny.reason(), deny.proven()),
                        unknown -> refuse(response, outcome, unknown.reason(), Optional.empty()));
        return seal(response.setDynamicMetadata(DynamicMetadata.of(outcome)));
    }

    /** The bytes of the answer for an outcome. */
    static byte[] bytesOf(CheckOutcome outcome) {
        return of(outcome).toByteArray();
    }

    /** The bytes of {@link #INTERNAL}. */
    static byte[] internal() {
        return INTERNAL.toByteArray();
    }

    /** The bytes of all refusals for a reason that is not about a proven token, without the metadata. */
    static byte[] refusal(Reason reason, boolean grpc) {
        CheckedRequest request = new CheckedRequest(
                "", CheckedRequest.UNREADABLE.headers(), Optional.empty(), "", Optional.empty(), grpc, false);
        Decision decision = reason.group() == Reason.Group.CANNOT_TELL
                ? new Decision.CannotTell(reason, "")
                : new Decision.Deny(reason, Optional.empty(), Optional.empty());
        return of(CheckOutcome.of(request, decision, Optional.empty())).toBuilder()
                .clearDynamicMetadata()
                .build()
                .toByteArray();
    }

    /**
     * Lets an answer out that means what it looks like.
     *
     * @throws IllegalStateException if Envoy would take it for something else
     */
    static CheckResponse seal(CheckResponse.Builder builder) {
        CheckResponse response = builder.build();
        int code = response.getStatus().getCode();
        if ((code == 0) != response.hasOkResponse()) {
            throw new IllegalStateException(
                    "check response with status " + code + " (expected: 0 with ok_response, another one without)");
        }
        int httpStatus = response.getDeniedResponse().getStatus().getCodeValue();
        if (code != 0 && httpStatus != clamp(httpStatus)) {
            throw new IllegalStateException("denied response with status " + httpStatus + " (expected: 400 to 599)");
        }
        return response;
    }

    /** The nearest status that Envoy passes on as a refusal. */
    static int clamp(int httpStatus) {
        return Math.max(400, Math.min(599, httpStatus));
    }

    private static CheckResponse.Builder allow(
            CheckResponse.Builder response, CheckOutcome outcome, Decision.Allow allow) {
        OkHttpResponse.Builder ok = OkHttpResponse.newBuilder()
                .addHeaders(header(TOKEN_ID_HEADER, allow.token().id().text()))
                .addHeaders(header(TENANT_HEADER, allow.tenant().id()));
        outcome.presented().ifPresent(presented -> ok.addHeadersToRemove(presented.header()));
        // Envoy removes after it sets.
        outcome.request().headers().namesLike(IDENTITY_PREFIX).stream()
                .filter(name -> !SET_HEADERS.contains(name))
                .forEach(ok::addHeadersToRemove);
        return response.setStatus(Status.newBuilder().setCode(0)).setOkResponse(ok);
    }

    private static CheckResponse.Builder refuse(
            CheckResponse.Builder response, CheckOutcome outcome, Reason reason, Optional<Decision.Proven> proven) {
        Reason.Group group = reason.group();
        boolean grpc = outcome.request().grpc();
        DeniedHttpResponse.Builder denied = DeniedHttpResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCodeValue(clamp(group.httpStatus())));
        ReasonTexts.challenge(reason).ifPresent(value -> denied.addHeaders(header("www-authenticate", value)));
        if (group == Reason.Group.CANNOT_TELL) {
            denied.addHeaders(header("retry-after", "1"));
        }
        if (grpc) {
            // Envoy makes the body the message of the status. A content type from here would replace that of gRPC.
            denied.addHeaders(header("grpc-status", Integer.toString(group.grpcStatus())))
                    .setBody(reason + ": " + ReasonTexts.detail(reason));
        } else {
            denied.addHeaders(header("content-type", "application/problem+json"))
                    .setBody(problem(outcome, reason, proven));
        }
        response.setStatus(Status.newBuilder().setCode(group.grpcStatus()).setMessage(reason.name()))
                .setDeniedResponse(denied);
        return group == Reason.Group.CANNOT_TELL ? addError(response, denied.build()) : response;
    }

    private static CheckResponse.Builder addError(CheckResponse.Builder response, DeniedHttpResponse error) {
        UnknownFieldSet.Field field = UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(error.toByteString())
                .build();
        return response.setUnknownFields(UnknownFieldSet.newBuilder()
                .addField(ERROR_RESPONSE_FIELD, field)
                .build());
    }

    /** RFC 9457, with members of our own. */
    private static String problem(CheckOutcome outcome, Reason reason, Optional<Decision.Proven> proven) {
        ObjectNode problem = JsonNodeFactory.instance.objectNode();
        problem.put("type", "about:blank");
        problem.put("title", ReasonTexts.title(reason.group()));
        problem.put("status", reason.group().httpStatus());
        problem.put("detail", ReasonTexts.detail(reason));
        problem.put("reason", reason.name());
        proven.ifPresent(who -> problem.put("token_id", who.token().id().text()));
        if (reason == Reason.PERMISSION_DENIED) {
            outcome.operation().map(Operation::id).ifPresent(id -> problem.put("operation", id));
        }
        return problem.toString();
    }

    private static HeaderValueOption header(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }
}
