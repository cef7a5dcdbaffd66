package io.keywarden.matrix;

import static io.keywarden.testkit.Samples.NOW;

import io.keywarden.matrix.Case.Needs;
import io.keywarden.matrix.Case.OwnerIs;
import io.keywarden.matrix.Case.Place;
import io.keywarden.matrix.Case.ShadowOver;
import io.keywarden.matrix.Case.TenantIs;
import io.keywarden.matrix.Case.Time;
import io.keywarden.policy.Access;
import io.keywarden.policy.CredentialOutcome;
import io.keywarden.policy.Decision;
import io.keywarden.policy.DecisionTrace;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Need;
import io.keywarden.policy.PolicyEvaluator;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.Samples;
import io.keywarden.token.Action;
import io.keywarden.token.Grant;
import io.keywarden.token.IpAddress;
import io.keywarden.token.IpRanges;
import io.keywarden.token.Operation;
import io.keywarden.token.Owner;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRules;
import io.keywarden.token.Token;
import io.keywarden.token.TokenRules;
import io.keywarden.token.TokenState;
import io.keywarden.token.TokenTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks the real decision about a case, and says its answer as {@link NaiveModel} does. */
final class Deciding {
    private static final Optional<Instant> LATER = Optional.of(NOW.plusSeconds(60));
    private static final Optional<Instant> BEFORE = Optional.of(NOW.minusSeconds(1));
    private static final IpRanges PRIVATE = IpRanges.of(List.of("10.0.0.0/8"));
    private static final long OWNER = 70;

    private final Case given;

    private Deciding(Case given) {
        this.given = given;
    }

    static String decide(Case given) {
        return new Deciding(given).decide();
    }

    /** The step that the request does not get past; empty text where it gets past all. */
    static String failedStage(Case given) {
        Facts facts = new Deciding(given).facts();
        List<DecisionTrace.Step> failed = DecisionTrace.of(facts, PolicyEvaluator.evaluate(facts)).stream()
                .filter(step -> step.verdict() == DecisionTrace.Verdict.FAILED)
                .toList();
        return failed.isEmpty()
                ? ""
                : failed.stream().map(step -> step.stage().reasons().toString()).collect(Collectors.joining());
    }

    private String decide() {
        return PolicyEvaluator.evaluate(facts())
                .fold(
                        allow -> "ALLOW " + (allow.identity().isPresent() ? "token" : "nobody")
                                + allow.shadowed()
                                        .map(reason -> ", but " + reason)
                                        .orElse(""),
                        deny -> "DENY " + deny.reason(),
                        unknown -> "ERROR " + unknown.reason());
    }

    private Facts facts() {
        CredentialOutcome outcome = CredentialOutcome.valueOf(given.credential().name());
        boolean proven = outcome == CredentialOutcome.LIVE || outcome == CredentialOutcome.ENDED;
        Optional<Tenant> tenant = given.tenant() == TenantIs.GONE ? Optional.empty() : Optional.of(tenant());
        Optional<Tenant> ofHost = switch (given.host()) {
            case OWN -> tenant;
            case OTHER -> Optional.of(Samples.GLOBEX);
            case NOBODYS -> Optional.empty();
        };
        return new Facts(
                outcome,
                proven ? Optional.of(new Facts.Proven(token(), 1, tenant, owner())) : Optional.empty(),
                ofHost,
                request(),
                NOW);
    }

    private Tenant tenant() {
        boolean system = given.tenant() == TenantIs.SYSTEM;
        Tenant plain = Samples.tenant(1, system ? "system" : "acme", given.tenant() != TenantIs.DISABLED);
        boolean limited = given.need() == Needs.NOT_FOR_THE_TENANT;
        return Samples.withRules(
                plain,
                new TenantRules(
                        given.tenant() == TenantIs.REVOKED_ALL ? 1 : 0,
                        given.time() == Time.TOO_OLD ? Optional.of(Duration.ofMinutes(1)) : Optional.empty(),
                        limited ? Set.of(Action.READ) : Set.of(),
                        Optional.empty(),
                        shadow(ShadowOver.TENANT),
                        false,
                        List.of(),
                        false,
                        "normal",
                        Duration.ZERO));
    }

    private Token token() {
        TokenTimes times = new TokenTimes(
                NOW.minusSeconds(60),
                given.time() == Time.NOT_YET ? LATER : Optional.empty(),
                given.time() == Time.EXPIRED ? Optional.of(NOW) : Optional.empty(),
                shadow(ShadowOver.TOKEN));
        Token token = Samples.withTimes(
                Samples.with(
                        Samples.activeToken(new Grant.OfModule(Samples.ORDERS, Set.of(Action.READ, Action.DELETE))),
                        TokenState.valueOf(given.token().name())),
                times);
        boolean lists = given.place() != Place.ANYWHERE;
        return Samples.withRules(
                token,
                new TokenRules(
                        given.owner() == OwnerIs.NOBODY
                                ? Optional.empty()
                                : Optional.of(new TokenRules.OwnerRef(Samples.uid(OWNER), 0)),
                        0,
                        lists ? Set.of("c1") : Set.of(),
                        lists ? PRIVATE : IpRanges.EMPTY,
                        lists ? Set.of("NL") : Set.of(),
                        ""));
    }

    private Optional<Owner> owner() {
        if (given.owner() == OwnerIs.NOBODY || given.owner() == OwnerIs.GONE) {
            return Optional.empty();
        }
        return Optional.of(new Owner(
                Samples.uid(OWNER),
                "alice",
                Samples.ACME.uid(),
                given.owner() != OwnerIs.DISABLED,
                given.owner() == OwnerIs.REVOKED_ALL ? 1 : 0,
                given.owner() == OwnerIs.WITHOUT_RIGHTS
                        ? List.of()
                        : List.of(new Grant.OfAllModules(Set.of(Action.values())))));
    }

    private Facts.Request request() {
        Place place = given.place();
        boolean wrong = place == Place.ALL_WRONG;
        return new Facts.Request(
                Access.valueOf(given.access().name()),
                need(),
                place == Place.UNKNOWN_CLIENT
                        ? Optional.empty()
                        : Optional.of(wrong || place == Place.OTHER_CLIENT ? "c2" : "c1"),
                place == Place.UNKNOWN_ADDRESS
                        ? Optional.empty()
                        : IpAddress.parse(wrong || place == Place.OTHER_ADDRESS ? "11.0.0.1" : "10.0.0.1"),
                place == Place.UNKNOWN_COUNTRY
                        ? Optional.empty()
                        : Optional.of(wrong || place == Place.OTHER_COUNTRY ? "BE" : "NL"));
    }

    private Need need() {
        return switch (given.need()) {
            case GRANTED -> new Need.Known(operation(Action.READ));
            case NOT_GRANTED -> new Need.Known(operation(Action.CREATE));
            case NOT_FOR_THE_TENANT -> new Need.Known(operation(Action.DELETE));
            case UNKNOWN -> new Need.Unknown();
            case UNREADABLE -> new Need.CannotTell(new Decision.CannotTell(Reason.STORE_UNAVAILABLE, "gone"));
        };
    }

    private Operation operation(Action action) {
        return new Operation(
                Samples.uid(11),
                "orders.one",
                Samples.ORDERS,
                action,
                Operation.Closure.OPEN,
                Set.of("GET"),
                "/v1/orders",
                shadow(ShadowOver.MODULE));
    }

    private Optional<Instant> shadow(ShadowOver over) {
        if (given.shadow() == ShadowOver.ENDED) {
            return BEFORE;
        }
        return given.shadow() == over ? LATER : Optional.empty();
    }
}
