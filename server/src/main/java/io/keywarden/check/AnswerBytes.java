package io.keywarden.check;

import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.token.Operation;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the answers that come most often without building messages: the allow, and a refusal that names no token. The same,
 * byte for byte or in another order of fields, as what {@link CheckResponses} makes, which makes all others.
 */
final class AnswerBytes {
    private static final int STATUS = 1;
    private static final int OK_RESPONSE = 3;
    private static final int OK_HEADERS = 2;
    private static final int OK_HEADERS_TO_REMOVE = 5;
    private static final int OPTION_HEADER = 1;
    private static final int OPTION_APPEND_ACTION = 3;
    private static final int OVERWRITE_IF_EXISTS_OR_ADD = 2;
    private static final int DYNAMIC_METADATA = 4;
    private static final int STRUCT_FIELDS = 1;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int NUMBER_VALUE = 2;
    private static final int STRING_VALUE = 3;

    private static final Map<Reason, byte[]> REFUSALS = refusals(false);
    private static final Map<Reason, byte[]> GRPC_REFUSALS = refusals(true);

    private AnswerBytes() {}

    /** The bytes of the answer for an outcome. */
    static byte[] of(CheckOutcome outcome) {
        try {
            if (outcome.decision() instanceof Decision.Allow allow) {
                return allow(outcome, allow);
            }
            if (outcome.decision() instanceof Decision.Deny deny) {
                return deny.proven().isPresent()
                        ? CheckResponses.bytesOf(outcome)
                        : refusal(outcome, "DENY", deny.reason());
            }
            if (outcome.decision() instanceof Decision.CannotTell unknown) {
                return refusal(outcome, "ERROR", unknown.reason());
            }
        } catch (BackwardWriter.NotAscii e) {
            return CheckResponses.bytesOf(outcome);
        }
        return CheckResponses.bytesOf(outcome);
    }

    private static byte[] allow(CheckOutcome outcome, Decision.Allow allow) {
        String tokenId = allow.token().id().text();
        BackwardWriter out = new BackwardWriter();
        int end = out.mark();
        number(out, "secret_number", allow.secretNumber());
        text(out, "token_id", tokenId);
        if (outcome.requestTenant().isEmpty()) {
            text(out, "tenant", allow.tenant().id());
        }
        text(out, "decision", "ALLOW");
        if (outcome.requestTenant().isPresent()) {
            text(out, "tenant", allow.tenant().id());
        }
        operation(out, outcome.operation());
        out.message(DYNAMIC_METADATA, end);

        end = out.mark();
        Set<String> claims = outcome.request().headers().namesLike(CheckResponses.IDENTITY_PREFIX);
        if (!claims.isEmpty()) {
            removals(out, claims);
        }
        if (outcome.presented().isPresent()) {
            out.text(OK_HEADERS_TO_REMOVE, outcome.presented().get().header());
        }
        header(out, CheckResponses.TENANT_HEADER, allow.tenant().id());
        header(out, CheckResponses.TOKEN_ID_HEADER, tokenId);
        out.message(OK_RESPONSE, end);
        out.message(STATUS, out.mark());
        return out.toBytes();
    }

    private static void removals(BackwardWriter out, Set<String> claims) {
        String[] names = claims.toArray(String[]::new);
        for (int i = names.length - 1; i >= 0; i--) {
            if (!CheckResponses.SET_HEADERS.contains(names[i])) {
                out.text(OK_HEADERS_TO_REMOVE, names[i]);
            }
        }
    }

    private static byte[] refusal(CheckOutcome outcome, String decision, Reason reason) {
        byte[] prepared = (outcome.request().grpc() ? GRPC_REFUSALS : REFUSALS).get(reason);
        if (prepared == null) {
            return CheckResponses.bytesOf(outcome);
        }
        BackwardWriter out = new BackwardWriter();
        int end = out.mark();
        text(out, "reason", reason.name());
        text(out, "decision", decision);
        if (outcome.requestTenant().isPresent()) {
            text(out, "tenant", outcome.requestTenant().get());
        }
        operation(out, outcome.operation());
        out.message(DYNAMIC_METADATA, end);
        out.bytes(prepared);
        return out.toBytes();
    }

    private static Map<Reason, byte[]> refusals(boolean grpc) {
        Map<Reason, byte[]> prepared = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            if (!reason.afterProof()) {
                prepared.put(reason, CheckResponses.refusal(reason, grpc));
            }
        }
        return Collections.unmodifiableMap(prepared);
    }

    private static void header(BackwardWriter out, String name, String value) {
        int end = out.mark();
        out.varint(OPTION_APPEND_ACTION, OVERWRITE_IF_EXISTS_OR_ADD);
        int headerEnd = out.mark();
        out.text(VALUE, value);
        out.text(KEY, name);
        out.message(OPTION_HEADER, headerEnd);
        out.message(OK_HEADERS, end);
    }

    private static void operation(BackwardWriter out, Optional<Operation> operation) {
        if (operation.isPresent()) {
            text(out, "operation", operation.get().id());
        }
    }

    private static void text(BackwardWriter out, String name, String text) {
        int end = out.mark();
        int valueEnd = out.mark();
        out.text(STRING_VALUE, text);
        out.message(VALUE, valueEnd);
        out.text(KEY, name);
        out.message(STRUCT_FIELDS, end);
    }

    private static void number(BackwardWriter out, String name, double number) {
        int end = out.mark();
        int valueEnd = out.mark();
        out.fixed64(NUMBER_VALUE, Double.doubleToRawLongBits(number));
        out.message(VALUE, valueEnd);
        out.text(KEY, name);
        out.message(STRUCT_FIELDS, end);
    }
}
