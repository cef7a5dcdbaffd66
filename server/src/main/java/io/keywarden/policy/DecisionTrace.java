package io.keywarden.policy;

import io.keywarden.token.Action;
import io.keywarden.token.Grant;
import io.keywarden.token.IpAddress;
import io.keywarden.token.Operation;
import io.keywarden.token.Owner;
import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import io.keywarden.token.TokenRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Tells step by step how a decision came about: what each step looked at, and whether the request got past it. Made from the
 * same facts as the decision, and from the decision itself: it decides nothing.
 */
public final class DecisionTrace {
    /** Stands for what is not there, where a step looked for it. */
    public static final String NONE = "none";

    private static final String UNKNOWN = "unknown";

    private final Facts facts;

    private DecisionTrace(Facts facts) {
        this.facts = facts;
    }

    /** The steps, in their order. */
    public enum Stage {
        /** Whether there is a credential, and one only. */
        CREDENTIAL(Reason.MISSING_CREDENTIAL, Reason.MALFORMED_CREDENTIAL, Reason.DUPLICATE_CREDENTIAL),
        /** Whether its secret is one of the token's. */
        SECRET(Reason.INVALID_CREDENTIAL, Reason.INTERNAL),
        /** What someone decided about the token. */
        TOKEN(Reason.REVOKED, Reason.DELETED, Reason.DISABLED),
        /** Whether its tenant is active. */
        TENANT(Reason.TENANT_DISABLED),
        /** Whether its owner is active. */
        OWNER(Reason.OWNER_DISABLED),
        /** Whether it is its time. */
        TIME(Reason.EXPIRED, Reason.NOT_YET_VALID),
        /** Whether the secret is a live one. */
        ROTATION(Reason.SECRET_ROTATED),
        /** Whether the request is for the token's tenant. */
        REQUEST_TENANT(Reason.WRONG_TENANT),
        /** Whether it is for a client that the token may be used for. */
        CLIENT(Reason.CLIENT_NOT_ALLOWED),
        /** Whether it comes from an address that the token may be used from. */
        ADDRESS(Reason.IP_NOT_ALLOWED),
        /** Whether it comes from such a country. */
        COUNTRY(Reason.COUNTRY_NOT_ALLOWED),
        /** Whether something says what it needs. */
        OPERATION(Reason.UNKNOWN_OPERATION, Reason.STORE_UNAVAILABLE, Reason.STALE_STATE, Reason.RECORD_TAMPERED),
        /** Whether the token may do that. */
        RIGHTS(Reason.PERMISSION_DENIED),
        /** Whether its owner may. */
        OWNER_RIGHTS(Reason.OWNER_LACKS_PERMISSION);

        @SuppressWarnings("ImmutableEnumChecker") // Set.of makes one that is
        private final Set<Reason> reasons;

        Stage(Reason... reasons) {
            this.reasons = Set.of(reasons);
        }

        /** Why a request does not get past it. */
        public Set<Reason> reasons() {
            return reasons;
        }
    }

    /** Whether a request got past a step. */
    public enum Verdict {
        /** It did. */
        PASSED,
        /** It did not, or would not have, were there no shadow. */
        FAILED,
        /** Nobody asked: something before it had decided. */
        NOT_REACHED
    }

    /**
     * One step.
     *
     * @param stage which
     * @param verdict whether the request got past it
     * @param inputs what it looked at, in an order that people can read; no secret, and nothing where it was not reached
     */
    public record Step(Stage stage, Verdict verdict, Map<String, String> inputs) {}

    /** The steps of a decision. */
    public static List<Step> of(Facts facts, Decision decision) {
        Optional<Reason> reason = decision.why();
        boolean rights = facts.request().access() == Access.REQUIRED;
        boolean anonymous = decision instanceof Decision.Allow allow
                && allow.identity().isEmpty()
                && allow.shadowed().isEmpty();
        List<Step> steps = new ArrayList<>();
        boolean ended = anonymous;
        for (Stage stage : Stage.values()) {
            boolean failed = !ended && reason.isPresent() && stage.reasons().contains(reason.get());
            boolean reached = !ended && (rights || stage.compareTo(Stage.OPERATION) < 0);
            Verdict verdict = failed ? Verdict.FAILED : reached ? Verdict.PASSED : Verdict.NOT_REACHED;
            Map<String, String> inputs =
                    verdict == Verdict.NOT_REACHED ? Map.of() : new DecisionTrace(facts).inputs(stage);
            steps.add(new Step(stage, verdict, inputs));
            ended |= failed;
        }
        return steps;
    }

    /**
     * The smallest right that is missing: for the one operation alone. Empty where another right is no way out, such as where
     * the tenant lets none of its tokens do that.
     */
    public static Optional<Grant> missing(Facts facts, Decision decision) {
        Optional<Reason> reason = decision.why();
        boolean right = reason.isPresent()
                && (reason.get() == Reason.PERMISSION_DENIED || reason.get() == Reason.OWNER_LACKS_PERMISSION);
        if (!right || !(facts.request().need() instanceof Need.Known known)) {
            return Optional.empty();
        }
        Operation operation = known.operation();
        Set<Action> allowed = facts.proven()
                .flatMap(Facts.Proven::tenant)
                .map(tenant -> tenant.rules().allowedActions())
                .orElse(Set.of());
        if (!allowed.isEmpty() && !allowed.contains(operation.action())) {
            return Optional.empty();
        }
        return Optional.of(
                operation.uid().equals(operation.moduleUid())
                        ? new Grant.OfModule(operation.moduleUid(), Set.of(operation.action()))
                        : new Grant.OfOperation(operation.uid()));
    }

    private Map<String, String> inputs(Stage stage) {
        Map<String, String> inputs = new LinkedHashMap<>();
        switch (stage) {
            case CREDENTIAL -> {
                inputs.put("credential", facts.credential().name());
                inputs.put("access", facts.request().access().name());
            }
            case SECRET, ROTATION ->
                facts.proven()
                        .ifPresent(proven -> inputs.put("secret_number", Integer.toString(proven.secretNumber())));
            case TOKEN -> facts.proven().map(Facts.Proven::token).ifPresent(token -> token(token, inputs));
            case TENANT -> facts.proven().ifPresent(proven -> tenant(proven.tenant(), inputs));
            case OWNER -> facts.proven().ifPresent(proven -> owner(proven, inputs));
            case TIME -> facts.proven().ifPresent(proven -> time(proven, inputs));
            case REQUEST_TENANT ->
                inputs.put(
                        "request_tenant", facts.requestTenant().map(Tenant::id).orElse(NONE));
            case CLIENT -> allowed(inputs, "client", facts.request().client(), rules(TokenRules::clients));
            case ADDRESS -> address(inputs);
            case COUNTRY -> allowed(inputs, "country", facts.request().country(), rules(TokenRules::countries));
            case OPERATION -> operation(inputs);
            case RIGHTS -> facts.proven().ifPresent(proven -> rights(proven, inputs));
            case OWNER_RIGHTS ->
                facts.proven()
                        .flatMap(Facts.Proven::owner)
                        .ifPresent(owner -> inputs.put(
                                "grants", Integer.toString(owner.grants().size())));
        }
        return inputs;
    }

    private Set<String> rules(Function<TokenRules, Set<String>> list) {
        return facts.proven().map(proven -> list.apply(proven.token().rules())).orElse(Set.of());
    }

    private void address(Map<String, String> inputs) {
        inputs.put("address", facts.request().address().map(IpAddress::toString).orElse(UNKNOWN));
        facts.proven()
                .map(proven -> proven.token().rules().addresses().isEmpty() ? "any" : "only the token's")
                .ifPresent(allowed -> inputs.put("allowed", allowed));
    }

    private static void rights(Facts.Proven proven, Map<String, String> inputs) {
        inputs.put("grants", Integer.toString(proven.token().grants().size()));
        proven.tenant()
                .map(tenant -> tenant.rules().allowedActions())
                .filter(actions -> !actions.isEmpty())
                .ifPresent(actions -> inputs.put(
                        "tenant_allows", actions.stream().sorted().toList().toString()));
    }

    private static void token(Token token, Map<String, String> inputs) {
        inputs.put("token_id", token.id().text());
        inputs.put("state", token.state().name());
    }

    private static void tenant(Optional<Tenant> tenant, Map<String, String> inputs) {
        inputs.put("tenant", tenant.map(Tenant::id).orElse(NONE));
        tenant.ifPresent(known -> inputs.put("active", Boolean.toString(known.active())));
    }

    private static void owner(Facts.Proven proven, Map<String, String> inputs) {
        boolean owned = proven.token().rules().owner().isPresent();
        inputs.put("owner", owned ? proven.owner().map(Owner::id).orElse(UNKNOWN) : NONE);
        proven.owner().ifPresent(owner -> inputs.put("active", Boolean.toString(owner.active())));
    }

    private void time(Facts.Proven proven, Map<String, String> inputs) {
        inputs.put("now", facts.now().toString());
        inputs.put("not_before_time", text(proven.token().times().notBefore()));
        inputs.put("expire_time", text(proven.token().times().expires()));
        inputs.put(
                "max_lifetime_end",
                text(proven.tenant()
                        .flatMap(tenant -> tenant.rules().maxLifetime())
                        .map(proven.token().times().created()::plus)));
    }

    private void operation(Map<String, String> inputs) {
        facts.request()
                .need()
                .fold(
                        known -> {
                            inputs.put("operation", known.operation().id());
                            inputs.put("action", known.operation().action().name());
                            return inputs.put(
                                    "restricted", known.operation().closure().name());
                        },
                        unknown -> inputs.put("operation", UNKNOWN),
                        untold -> inputs.put(
                                "operation", "not read: " + untold.decision().reason()));
    }

    private static void allowed(Map<String, String> inputs, String name, Optional<String> found, Set<String> allowed) {
        inputs.put(name, found.orElse(UNKNOWN));
        if (!allowed.isEmpty()) {
            inputs.put("allowed", allowed.stream().sorted().limit(20).toList().toString());
        }
    }

    private static String text(Optional<Instant> time) {
        return time.map(Instant::toString).orElse(NONE);
    }
}
