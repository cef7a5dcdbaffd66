package io.keywarden.check;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.token.Operation;

/**
 * What access logs and rate limits in Envoy get to know of a decision, denied or not. A token is named only after its secret
 * was proven, so that nobody can use up another one's limits.
 */
final class DynamicMetadata {
    private DynamicMetadata() {}

    /** The metadata of an outcome. */
    static Struct of(CheckOutcome outcome) {
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
}
