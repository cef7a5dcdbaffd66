package io.keywarden.check;

import io.keywarden.credential.Hiding;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Reason;
import io.keywarden.token.IpAddress;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRules;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
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
    static final String OWNER_HEADER = "x-keywarden-owner";
    static final String CLIENT_HEADER = "x-keywarden-client";
    static final String PRIORITY_HEADER = "x-keywarden-priority";
    /** Of an answer, not of the request: for who calls. */
    static final String EXPIRES_IN_HEADER = "x-keywarden-expires-in";

    private static final int STATUS = 1;
    private static final int OK_RESPONSE = 3;
    private static final int OK_HEADERS = 2;
    private static final int OK_HEADERS_TO_REMOVE = 5;
    private static final int OPTION_HEADER = 1;
    private static final int OPTION_APPEND_ACTION = 3;
    private static final int OVERWRITE_IF_EXISTS_OR_ADD = 2;
    private static final int OK_RESPONSE_HEADERS = 6;
    private static final int OK_QUERY_PARAMETERS_TO_REMOVE = 8;
    private static final int DYNAMIC_METADATA = 4;
    private static final int STRUCT_FIELDS = 1;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int NUMBER_VALUE = 2;
    private static final int STRING_VALUE = 3;

    private static final Map<Refusals.Style, Map<Reason, byte[]>> REFUSALS = refusals();

    // What is the same in every answer is copied in one piece.
    private static final byte[] SECRET_NUMBER = key("secret_number");
    private static final byte[] TOKEN_ID = key("token_id");
    private static final byte[] TENANT = key("tenant");
    private static final byte[] OPERATION = key("operation");
    private static final byte[] REASON = key("reason");
    private static final byte[] ALLOW = decision("ALLOW");
    private static final byte[] DENY = decision("DENY");
    private static final byte[] ERROR = decision("ERROR");
    private static final byte[] OWNER = key("owner");
    private static final byte[] CLIENT = key("client");
    private static final byte[] PRIORITY = key("priority");
    private static final byte[] SHADOW = key("shadow");
    private static final byte[] ADDRESS = key("address");
    private static final byte[] COUNTRY = key("country");
    private static final byte[] TENANT_HEADER_KEY = key(TENANT_HEADER);
    private static final byte[] TOKEN_ID_HEADER_KEY = key(TOKEN_ID_HEADER);
    private static final byte[] OWNER_HEADER_KEY = key(OWNER_HEADER);
    private static final byte[] CLIENT_HEADER_KEY = key(CLIENT_HEADER);
    private static final byte[] PRIORITY_HEADER_KEY = key(PRIORITY_HEADER);
    private static final byte[] EXPIRES_IN_HEADER_KEY = key(EXPIRES_IN_HEADER);

    private static final String UNKNOWN = "unknown";

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
        BackwardWriter out = new BackwardWriter();
        int end = out.mark();
        if (allow.shadowed().isPresent()) {
            text(out, SHADOW, allow.shadowed().get().name());
            refusedPlace(out, outcome, allow.shadowed().get());
        }
        String tokenId = allow.identity().map(who -> id(outcome, who).text()).orElse("");
        if (allow.identity().isPresent()) {
            identityMetadata(out, allow.identity().get(), tokenId);
        }
        out.bytes(ALLOW);
        Optional<String> tenant = allow.identity()
                .map(who -> who.tenant().id())
                .or(() -> outcome.requestTenant().map(Tenant::id));
        if (tenant.isPresent()) {
            text(out, TENANT, tenant.get());
        }
        operation(out, allow.operation());
        out.message(DYNAMIC_METADATA, end);

        okResponse(out, outcome, allow, tokenId);
        out.message(STATUS, out.mark());
        return out.toBytes();
    }

    private static void okResponse(BackwardWriter out, CheckOutcome outcome, Decision.Allow allow, String tokenId) {
        int end = out.mark();
        if (allow.identity().isPresent() && outcome.facts().isPresent()) {
            expiry(out, allow.identity().get(), outcome.facts().get().now());
        }
        if (outcome.presented().isPresent()) {
            hide(out, outcome.presented().get().hiding());
        }
        // Envoy removes after it sets.
        Set<String> claims = outcome.request().headers().namesLike(IDENTITY_PREFIX);
        if (!claims.isEmpty()) {
            removals(out, claims, allow.identity());
        }
        if (outcome.presented().isPresent()) {
            replace(out, outcome.presented().get().hiding());
        }
        if (allow.identity().isPresent()) {
            identityHeaders(out, allow.identity().get(), tokenId);
        }
        out.message(OK_RESPONSE, end);
    }

    /** The id of a token that was proven. Where the credential named it, it is the same one, and at hand. */
    private static TokenId id(CheckOutcome outcome, Decision.Identity who) {
        return outcome.presented()
                .flatMap(CheckOutcome.PresentedId::id)
                .orElseGet(() -> who.token().id());
    }

    private static void identityMetadata(BackwardWriter out, Decision.Identity who, String tokenId) {
        text(out, PRIORITY, priority(who));
        if (who.client().isPresent()) {
            text(out, CLIENT, who.client().get());
        }
        if (who.owner().isPresent()) {
            text(out, OWNER, who.owner().get().id());
        }
        number(out, SECRET_NUMBER, who.secretNumber());
        text(out, TOKEN_ID, tokenId);
    }

    private static void identityHeaders(BackwardWriter out, Decision.Identity who, String tokenId) {
        header(out, PRIORITY_HEADER_KEY, priority(who));
        if (who.client().isPresent()) {
            header(out, CLIENT_HEADER_KEY, who.client().get());
        }
        if (who.owner().isPresent()) {
            header(out, OWNER_HEADER_KEY, who.owner().get().id());
        }
        header(out, TENANT_HEADER_KEY, who.tenant().id());
        header(out, TOKEN_ID_HEADER_KEY, tokenId);
    }

    /** Tells who calls how long the token still works, where its tenant wants that. */
    private static void expiry(BackwardWriter out, Decision.Identity who, Instant now) {
        TenantRules rules = who.tenant().rules();
        if (rules.expiryNotice().isZero()) {
            return;
        }
        Optional<Instant> end = who.token().times().end(rules.maxLifetime());
        if (end.isPresent() && end.get().isBefore(now.plus(rules.expiryNotice()))) {
            long left = Duration.between(now, end.get()).toSeconds();
            header(out, OK_RESPONSE_HEADERS, EXPIRES_IN_HEADER_KEY, Long.toString(left));
        }
    }

    private static String priority(Decision.Identity who) {
        String own = who.token().rules().priority();
        return own.isEmpty() ? who.tenant().rules().defaultPriority() : own;
    }

    /** Takes the credential out of what the upstream gets. Fields are written from the last to the first. */
    private static void hide(BackwardWriter out, Hiding hiding) {
        if (hiding instanceof Hiding.RemoveQueryParameter parameter) {
            out.text(OK_QUERY_PARAMETERS_TO_REMOVE, parameter.name());
        } else if (hiding instanceof Hiding.RemoveHeader header) {
            out.text(OK_HEADERS_TO_REMOVE, header.name());
        }
    }

    private static void replace(BackwardWriter out, Hiding hiding) {
        if (hiding instanceof Hiding.ReplaceHeader header) {
            header(out, key(header.name()), header.value());
        }
    }

    private static void removals(BackwardWriter out, Set<String> claims, Optional<Decision.Identity> identity) {
        String[] names = claims.toArray(String[]::new);
        for (int i = names.length - 1; i >= 0; i--) {
            if (identity.isEmpty() || !isSet(names[i], identity.get())) {
                out.text(OK_HEADERS_TO_REMOVE, names[i]);
            }
        }
    }

    private static boolean isSet(String header, Decision.Identity who) {
        return switch (header) {
            case TOKEN_ID_HEADER, TENANT_HEADER, PRIORITY_HEADER -> true;
            case OWNER_HEADER -> who.owner().isPresent();
            case CLIENT_HEADER -> who.client().isPresent();
            default -> false;
        };
    }

    private static byte[] refusal(
            CheckOutcome outcome, byte[] decision, Reason reason, Optional<Decision.Proven> proven) {
        BackwardWriter out = new BackwardWriter();
        int end = out.mark();
        refusedPlace(out, outcome, reason);
        text(out, REASON, reason.name());
        out.bytes(decision);
        if (proven.isPresent()) {
            text(out, TOKEN_ID, proven.get().token().id().text());
        }
        Optional<String> tenant = proven.flatMap(Decision.Proven::tenant)
                .or(() -> outcome.requestTenant().map(Tenant::id));
        if (tenant.isPresent()) {
            text(out, TENANT, tenant.get());
        }
        operation(out, outcome.operation());
        out.message(DYNAMIC_METADATA, end);
        Refusals.Style style = Refusals.Style.of(outcome);
        byte[] prepared = REFUSALS.getOrDefault(style, Map.of()).get(reason);
        out.bytes(prepared == null ? Refusals.of(reason, style, proven, outcome.operation()) : prepared);
        return out.toBytes();
    }

    /** For whom and from where it was refused: for the operator's logs, never for who asked. */
    private static void refusedPlace(BackwardWriter out, CheckOutcome outcome, Reason reason) {
        boolean place = reason == Reason.IP_NOT_ALLOWED
                || reason == Reason.COUNTRY_NOT_ALLOWED
                || reason == Reason.CLIENT_NOT_ALLOWED;
        if (!place || outcome.facts().isEmpty()) {
            return;
        }
        Facts.Request facts = outcome.facts().get().request();
        text(out, COUNTRY, facts.country().orElse(UNKNOWN));
        text(out, ADDRESS, facts.address().map(IpAddress::toString).orElse(UNKNOWN));
        if (reason == Reason.CLIENT_NOT_ALLOWED) {
            text(out, CLIENT, facts.client().orElse(UNKNOWN));
        }
    }

    private static Map<Refusals.Style, Map<Reason, byte[]>> refusals() {
        Map<Refusals.Style, Map<Reason, byte[]>> prepared = new HashMap<>();
        for (Refusals.Style style : Refusals.Style.all()) {
            Map<Reason, byte[]> ofStyle = new EnumMap<>(Reason.class);
            for (Reason reason : Reason.values()) {
                if (!reason.afterProof()) {
                    ofStyle.put(reason, Refusals.of(reason, style, Optional.empty(), Optional.empty()));
                }
            }
            prepared.put(style, Collections.unmodifiableMap(ofStyle));
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
        header(out, OK_HEADERS, name, value);
    }

    private static void header(BackwardWriter out, int field, byte[] name, String value) {
        int end = out.mark();
        out.varint(OPTION_APPEND_ACTION, OVERWRITE_IF_EXISTS_OR_ADD);
        int headerEnd = out.mark();
        out.text(VALUE, value);
        out.bytes(name);
        out.message(OPTION_HEADER, headerEnd);
        out.message(field, end);
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
