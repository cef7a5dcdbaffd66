package io.keywarden.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRules;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The only place that makes refusals to Envoy, all of them but the metadata. To Envoy the status alone decides, and an answer
 * that says nothing means that the request may pass; so every refusal is looked over before it leaves here.
 */
final class Refusals {
    /** Envoy 1.37 and later count an answer with this field as an error; it is newer than the generated classes. */
    static final int ERROR_RESPONSE_FIELD = 5;

    private static final JsonFactory JSON = new JsonFactory();

    private Refusals() {}

    /**
     * How a refusal is told.
     *
     * @param grpc whether the caller speaks gRPC
     * @param terse whether it says no more than its status
     * @param cors whether pages of other origins may read it
     */
    record Style(boolean grpc, boolean terse, boolean cors) {
        /** How the caller of a request wants it, and its tenant. */
        static Style of(CheckOutcome outcome) {
            Optional<TenantRules> rules = outcome.requestTenant().map(Tenant::rules);
            boolean page = !outcome.request().headers().values("origin").isEmpty();
            return new Style(
                    outcome.request().grpc(),
                    rules.isPresent() && rules.get().terse(),
                    page && rules.isPresent() && rules.get().corsPreflight());
        }

        /** All there are. */
        static List<Style> all() {
            return IntStream.range(0, 8)
                    .mapToObj(bits -> new Style((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0))
                    .toList();
        }
    }

    /**
     * The bytes of a refusal.
     *
     * @param proven who asked, where that was proven
     * @param operation what the request amounts to, where that is known
     */
    static byte[] of(Reason reason, Style style, Optional<Decision.Proven> proven, Optional<Operation> operation) {
        Reason.Group group = reason.group();
        DeniedHttpResponse.Builder denied = DeniedHttpResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCodeValue(clamp(group.httpStatus())));
        ReasonTexts.challenge(reason, operation, style.terse())
                .ifPresent(value -> denied.addHeaders(header("www-authenticate", value)));
        if (group == Reason.Group.CANNOT_TELL) {
            denied.addHeaders(header("retry-after", "1"));
        }
        if (style.cors()) {
            // Never together with credentials mode: what a browser adds by itself, such as a cookie, tells a page
            // nothing.
            denied.addHeaders(header("access-control-allow-origin", "*"))
                    .addHeaders(header("access-control-expose-headers", "www-authenticate, retry-after"));
        }
        Told told = new Told(reason, style.terse(), proven, operation);
        if (style.grpc()) {
            // Envoy makes the body the message of the status. A content type from here would replace that of gRPC.
            denied.addHeaders(header("grpc-status", Integer.toString(group.grpcStatus())))
                    .addHeaders(header("grpc-status-details-bin", GrpcStatusDetails.of(told)))
                    .setBody(told.message());
        } else {
            denied.addHeaders(header("content-type", "application/problem+json"))
                    .setBody(problem(told));
        }
        CheckResponse.Builder response = CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(group.grpcStatus()).setMessage(reason.name()))
                .setDeniedResponse(denied);
        return seal(group == Reason.Group.CANNOT_TELL ? addError(response, denied.build()) : response)
                .toByteArray();
    }

    /** What a caller is told: as much of it as the tenant wants. */
    record Told(Reason reason, boolean terse, Optional<Decision.Proven> proven, Optional<Operation> operation) {
        /** One sentence. */
        String message() {
            return terse ? ReasonTexts.title(reason.group()) : reason + ": " + ReasonTexts.detail(reason);
        }

        /** The token's id, where the caller has proven to have its secret. */
        Optional<String> tokenId() {
            return terse ? Optional.empty() : proven.map(who -> who.token().id().text());
        }

        /** The operation that a right is missing for. */
        Optional<String> missing() {
            boolean right = reason == Reason.PERMISSION_DENIED || reason == Reason.OWNER_LACKS_PERMISSION;
            return terse || !right ? Optional.empty() : operation.map(Operation::id);
        }
    }

    /**
     * Lets a refusal out that Envoy takes for one.
     *
     * @throws IllegalStateException if Envoy would take it for something else
     */
    static CheckResponse seal(CheckResponse.Builder builder) {
        CheckResponse response = builder.build();
        if (response.getStatus().getCode() == 0 || response.hasOkResponse()) {
            throw new IllegalStateException("refusal with status "
                    + response.getStatus().getCode()
                    + (response.hasOkResponse() ? " and ok_response" : "")
                    + " (expected: another status than 0, without ok_response)");
        }
        int httpStatus = response.getDeniedResponse().getStatus().getCodeValue();
        if (httpStatus != clamp(httpStatus)) {
            throw new IllegalStateException("refusal with HTTP status " + httpStatus + " (expected: 400 to 599)");
        }
        return response;
    }

    /** The nearest status that Envoy passes on as a refusal. */
    static int clamp(int httpStatus) {
        return Math.max(400, Math.min(599, httpStatus));
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
    private static String problem(Told told) {
        Reason.Group group = told.reason().group();
        StringWriter text = new StringWriter();
        try (JsonGenerator problem = JSON.createGenerator(text)) {
            problem.writeStartObject();
            problem.writeStringField("type", "about:blank");
            problem.writeStringField("title", ReasonTexts.title(group));
            problem.writeNumberField("status", group.httpStatus());
            if (!told.terse()) {
                problem.writeStringField("detail", ReasonTexts.detail(told.reason()));
                problem.writeStringField("reason", told.reason().name());
            }
            if (told.tokenId().isPresent()) {
                problem.writeStringField("token_id", told.tokenId().get());
            }
            if (told.missing().isPresent()) {
                problem.writeStringField("operation", told.missing().get());
            }
            problem.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static HeaderValueOption header(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }
}
