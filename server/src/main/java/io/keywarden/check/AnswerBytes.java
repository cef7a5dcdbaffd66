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
 * Writes answers without building messages, but for refusals that name a token. What access logs and rate limits in Envoy get
 * to know of a decision is the dynamic metadata; there too a token is named only after its secret was proven, so that nobody
 * can use up another one's limits.
 */
final class AnswerBytes {
    /** What the names of our own headers begin with. */
    static final String IDENTITY_PREFIX = "x-keywarden-";

    static final String TOKEN_ID_HEADER = "x-keywarden-token-id";
    static final String TENANT_HEADER = "x-keywarden-tenant";
    private static final Set<String> SET_HEADERS = Set.of(TOKEN_ID_HEADER, TENANT_HEADER);

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

    // What is the same in every answer is copied in one piece.
    private static final byte[] SECRET_NUMBER = key("secret_number");
    private static final byte[] TOKEN_ID = key("token_id");
    private static final byte[] TENANT = key("tenant");
    private static final byte[] OPERATION = key("operation");
    private static final byte[] REASON = key("reason");
    private static final byte[] ALLOW = decision("ALLOW");
    private static final byte[] DENY = decision("DENY");
    private static final byte[] ERROR = decision("ERROR");
    private static final byte[] TENANT_HEADER_KEY = key(TENANT_HEADER);
    private static final byte[] TOKEN_ID_HEADER_KEY = key(TOKEN_ID_HEADER);

    private static final byte[] INTERNAL =
            of(CheckOutcome.cannotTell(CheckedRequest.UNREADABLE, Reason.INTERNAL, "no answer could be made"));

    private AnswerBytes() {}

    /** The bytes of the answer for an outcome. */
    static byte[] of(CheckOutcome outcome) {
        return outcome.decision()
                .fold(
                        allow -> allow(outcome, allow),
                        deny -> refusal(outcome, DENY, deny.reason(), deny.proven()),
                        unknown -> refusal(outcome, ERROR, unknown.reason(), Optional.empty()));
    }

    /** The bytes of what is answered when making the right answer failed. */
    static byte[] internal() {
        return INTERNAL.clone();
    }

    private static byte[] allow(CheckOutcome outcome, Decision.Allow allow) {
        String tokenId = allow.token().id().text();
        BackwardWriter out = new BackwardWriter();
        int end = out.mark();
        number(out, SECRET_NUMBER, allow.secretNumber());
        text(out, TOKEN_ID, tokenId);
        if (outcome.requestTenant().isEmpty()) {
            text(out, TENANT, allow.tenant().id());
        }
        out.bytes(ALLOW);
        if (outcome.requestTenant().isPresent()) {
            text(out, TENANT, allow.tenant().id());
        }
        operation(out, outcome.operation());
        out.message(DYNAMIC_METADATA, end);

        end = out.mark();
        // Envoy removes after it sets.
        Set<String> claims = outcome.request().headers().namesLike(IDENTITY_PREFIX);
        if (!claims.isEmpty()) {
            removals(out, claims);
        }
        if (outcome.presented().isPresent()) {
            out.text(OK_HEADERS_TO_REMOVE, outcome.presented().get().header());
        }
        header(out, TENANT_HEADER_KEY, allow.tenant().id());
        header(out, TOKEN_ID_HEADER_KEY, tokenId);
        out.message(OK_RESPONSE, end);
        out.message(STATUS, out.mark());
        return out.toBytes();
    }

    private static void removals(BackwardWriter out, Set<String> claims) {
        String[] names = claims.toArray(String[]::new);
        for (int i = names.length - 1; i >= 0; i--) {
            if (!SET_HEADERS.contains(names[i])) {
                out.text(OK_HEADERS_TO_REMOVE, names[i]);
            }
        }
    }

    private static byte[] refusal(
            CheckOutcome outcome, byte[] decision, Reason reason, Optional<Decision.Proven> proven) {
        BackwardWriter out = new BackwardWriter();
        int end = out.mark();
        text(out, REASON, reason.name());
        out.bytes(decision);
        if (proven.isPresent()) {
            text(out, TOKEN_ID, proven.get().token().id().text());
        }
        Optional<String> tenant = proven.flatMap(Decision.Proven::tenant).or(outcome::requestTenant);
        if (tenant.isPresent()) {
            text(out, TENANT, tenant.get());
        }
        operation(out, outcome.operation());
        out.message(DYNAMIC_METADATA, end);
        boolean grpc = outcome.request().grpc();
        byte[] prepared = (grpc ? GRPC_REFUSALS : REFUSALS).get(reason);
        out.bytes(prepared == null ? Refusals.of(reason, grpc, proven, outcome.operation()) : prepared);
        return out.toBytes();
    }

    private static Map<Reason, byte[]> refusals(boolean grpc) {
        Map<Reason, byte[]> prepared = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            if (!reason.afterProof()) {
                prepared.put(reason, Refusals.of(reason, grpc, Optional.empty(), Optional.empty()));
            }
        }
        return Collections.unmodifiableMap(prepared);
    }

    private static byte[] key(String name) {
        BackwardWriter out = new BackwardWriter();
        out.text(KEY, name);
        return out.toBytes();
    }

    private static byte[] decision(String decision) {
        BackwardWriter out = new BackwardWriter();
        text(out, key("decision"), decision);
        return out.toBytes();
    }

    private static void header(BackwardWriter out, byte[] name, String value) {
        int end = out.mark();
        out.varint(OPTION_APPEND_ACTION, OVERWRITE_IF_EXISTS_OR_ADD);
        int headerEnd = out.mark();
        out.text(VALUE, value);
        out.bytes(name);
        out.message(OPTION_HEADER, headerEnd);
        out.message(OK_HEADERS, end);
    }

    private static void operation(BackwardWriter out, Optional<Operation> operation) {
        if (operation.isPresent()) {
            text(out, OPERATION, operation.get().id());
        }
    }

    private static void text(BackwardWriter out, byte[] name, String text) {
        int end = out.mark();
        int valueEnd = out.mark();
        out.text(STRING_VALUE, text);
        out.message(VALUE, valueEnd);
        out.bytes(name);
        out.message(STRUCT_FIELDS, end);
    }

    private static void number(BackwardWriter out, byte[] name, double number) {
        int end = out.mark();
        int valueEnd = out.mark();
        out.fixed64(NUMBER_VALUE, Double.doubleToRawLongBits(number));
        out.message(VALUE, valueEnd);
        out.bytes(name);
        out.message(STRUCT_FIELDS, end);
    }
}
