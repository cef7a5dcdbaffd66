package io.keywarden.check;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.token.Operation;
import java.util.Optional;
import java.util.Set;

/** Answers as messages, made in the plain way: what the bytes of an answer have to mean. */
final class AnswerMessages {
    private AnswerMessages() {}

    static CheckResponse of(CheckOutcome outcome) {
        CheckResponse response = outcome.decision()
                .fold(
                        allow -> allow(outcome, allow),
                        deny -> refusal(outcome, deny.reason(), deny.proven()),
                        unknown -> refusal(outcome, unknown.reason(), Optional.empty()));
        return response.toBuilder().setDynamicMetadata(metadata(outcome)).build();
    }

    private static CheckResponse allow(CheckOutcome outcome, Decision.Allow allow) {
        OkHttpResponse.Builder ok = OkHttpResponse.newBuilder()
                .addHeaders(header("x-keywarden-token-id", allow.token().id().text()))
                .addHeaders(header("x-keywarden-tenant", allow.tenant().id()));
        outcome.presented().ifPresent(presented -> ok.addHeadersToRemove(presented.header()));
        outcome.request().headers().namesLike("x-keywarden-").stream()
                .filter(name ->
                        !Set.of("x-keywarden-token-id", "x-keywarden-tenant").contains(name))
                .forEach(ok::addHeadersToRemove);
        return CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(0))
                .setOkResponse(ok)
                .build();
    }

    private static CheckResponse refusal(CheckOutcome outcome, Reason reason, Optional<Decision.Proven> proven) {
        return CheckRequests.response(Refusals.of(reason, outcome.request().grpc(), proven, outcome.operation()));
    }

    private static Struct metadata(CheckOutcome outcome) {
        Struct.Builder fields = Struct.newBuilder();
        outcome.operation().map(Operation::id).ifPresent(id -> put(fields, "operation", id));
        outcome.requestTenant().ifPresent(id -> put(fields, "tenant", id));
        return outcome.decision()
                .fold(
                        allow -> addAllow(fields, allow),
                        deny -> addDeny(fields, deny),
                        unknown -> addReason(fields, "ERROR", unknown.reason()))
                .build();
    }

    private static Struct.Builder addAllow(Struct.Builder fields, Decision.Allow allow) {
        put(fields, "decision", "ALLOW");
        put(fields, "tenant", allow.tenant().id());
        put(fields, "token_id", allow.token().id().text());
        return fields.putFields(
                "secret_number",
                Value.newBuilder().setNumberValue(allow.secretNumber()).build());
    }

    private static Struct.Builder addDeny(Struct.Builder fields, Decision.Deny deny) {
        deny.proven().ifPresent(who -> put(fields, "token_id", who.token().id().text()));
        deny.proven().flatMap(Decision.Proven::tenant).ifPresent(id -> put(fields, "tenant", id));
        return addReason(fields, "DENY", deny.reason());
    }

    private static Struct.Builder addReason(Struct.Builder fields, String decision, Reason reason) {
        put(fields, "decision", decision);
        put(fields, "reason", reason.name());
        return fields;
    }

    private static void put(Struct.Builder fields, String name, String text) {
        fields.putFields(name, Value.newBuilder().setStringValue(text).build());
    }

    private static HeaderValueOption header(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
                .build();
    }
}
