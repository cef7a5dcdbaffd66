package io.keywarden.check;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.keywarden.check.CheckOutcome.PresentedId;
import io.keywarden.credential.Hiding;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Reason;
import io.keywarden.token.IpAddress;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        OkHttpResponse.Builder ok = OkHttpResponse.newBuilder();
        Set<String> set = new HashSet<>();
        identityHeaders(allow).forEach((name, value) -> {
            ok.addHeaders(header(name, value));
            set.add(name);
        });
        outcome.presented().map(PresentedId::hiding).ifPresent(hiding -> hide(ok, hiding));
        allow.identity()
                .flatMap(who -> secondsLeft(who, outcome.facts().orElseThrow().now()))
                .ifPresent(left -> ok.addResponseHeadersToAdd(header("x-keywarden-expires-in", left)));
        Set<String> claims = outcome.request().headers().namesLike("x-keywarden-");
        List<String> hidden = List.copyOf(ok.getHeadersToRemoveList());
        ok.clearHeadersToRemove();
        claims.stream().filter(name -> !set.contains(name)).forEach(ok::addHeadersToRemove);
        hidden.forEach(ok::addHeadersToRemove);
        return CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(0))
                .setOkResponse(ok)
                .build();
    }

    private static Map<String, String> identityHeaders(Decision.Allow allow) {
        Map<String, String> headers = new LinkedHashMap<>();
        allow.identity().ifPresent(who -> {
            headers.put("x-keywarden-token-id", who.token().id().text());
            headers.put("x-keywarden-tenant", who.tenant().id());
            who.owner().ifPresent(owner -> headers.put("x-keywarden-owner", owner.id()));
            who.client().ifPresent(client -> headers.put("x-keywarden-client", client));
            headers.put("x-keywarden-priority", priority(who));
        });
        return headers;
    }

    private static Optional<String> secondsLeft(Decision.Identity who, Instant now) {
        return who.token()
                .times()
                .expires()
                .map(end -> Duration.between(now, end))
                .filter(left -> left.compareTo(who.tenant().rules().expiryNotice()) < 0)
                .map(left -> String.valueOf(left.toSeconds()));
    }

    private static String priority(Decision.Identity who) {
        String own = who.token().rules().priority();
        return own.isEmpty() ? who.tenant().rules().defaultPriority() : own;
    }

    private static void hide(OkHttpResponse.Builder ok, Hiding hiding) {
        if (hiding instanceof Hiding.RemoveHeader remove) {
            ok.addHeadersToRemove(remove.name());
        } else if (hiding instanceof Hiding.RemoveQueryParameter remove) {
            ok.addQueryParametersToRemove(remove.name());
        } else if (hiding instanceof Hiding.ReplaceHeader replace) {
            ok.addHeaders(header(replace.name(), replace.value()));
        }
    }

    private static CheckResponse refusal(CheckOutcome outcome, Reason reason, Optional<Decision.Proven> proven) {
        return CheckRequests.response(Refusals.of(reason, Refusals.Style.of(outcome), proven, outcome.operation()));
    }

    private static Struct metadata(CheckOutcome outcome) {
        Struct.Builder fields = Struct.newBuilder();
        operation(outcome).map(Operation::id).ifPresent(id -> put(fields, "operation", id));
        outcome.requestTenant().map(Tenant::id).ifPresent(id -> put(fields, "tenant", id));
        return outcome.decision()
                .fold(
                        allow -> addAllow(outcome, fields, allow),
                        deny -> addDeny(outcome, fields, deny),
                        unknown -> addReason(fields, "ERROR", unknown.reason()))
                .build();
    }

    private static Optional<Operation> operation(CheckOutcome outcome) {
        return outcome.decision() instanceof Decision.Allow allow ? allow.operation() : outcome.operation();
    }

    private static Struct.Builder addAllow(CheckOutcome outcome, Struct.Builder fields, Decision.Allow allow) {
        put(fields, "decision", "ALLOW");
        allow.shadowed().ifPresent(reason -> {
            put(fields, "shadow", reason.name());
            addPlace(outcome, fields, reason);
        });
        allow.identity().ifPresent(who -> {
            put(fields, "tenant", who.tenant().id());
            put(fields, "token_id", who.token().id().text());
            put(fields, "priority", priority(who));
            who.owner().ifPresent(owner -> put(fields, "owner", owner.id()));
            who.client().ifPresent(client -> put(fields, "client", client));
            fields.putFields(
                    "secret_number",
                    Value.newBuilder().setNumberValue(who.secretNumber()).build());
        });
        return fields;
    }

    private static void addPlace(CheckOutcome outcome, Struct.Builder fields, Reason reason) {
        if (!reason.name().endsWith("_NOT_ALLOWED") || outcome.facts().isEmpty()) {
            return;
        }
        Facts.Request facts = outcome.facts().get().request();
        put(fields, "address", facts.address().map(IpAddress::toString).orElse("unknown"));
        put(fields, "country", facts.country().orElse("unknown"));
        if (reason == Reason.CLIENT_NOT_ALLOWED) {
            put(fields, "client", facts.client().orElse("unknown"));
        }
    }

    private static Struct.Builder addDeny(CheckOutcome outcome, Struct.Builder fields, Decision.Deny deny) {
        addPlace(outcome, fields, deny.reason());
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
