package io.keywarden.policy;

import static io.keywarden.testkit.Samples.ACME;
import static io.keywarden.testkit.Samples.CREATE_ORDER;
import static io.keywarden.testkit.Samples.GLOBEX;
import static io.keywarden.testkit.Samples.LIST_ORDERS;
import static io.keywarden.testkit.Samples.NOW;
import static io.keywarden.testkit.Samples.mayRead;
import static io.keywarden.testkit.Samples.uid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.testkit.Samples;
import io.keywarden.token.Action;
import io.keywarden.token.Grant;
import io.keywarden.token.IpRanges;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import io.keywarden.token.TokenRules;
import io.keywarden.token.TokenState;
import io.keywarden.token.TokenTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyEvaluatorTest {
    private static final Need LIST = new Need.Known(LIST_ORDERS);

    /** What can be wrong after the proof, in the order in which it is told. */
    private enum Fault {
        STATE,
        TENANT,
        EXPIRED,
        NOT_YET_VALID,
        SECRET,
        HOST,
        OPERATION,
        GRANT
    }

    @Test
    void evaluate_noFault_allows() {
        Decision decision = PolicyEvaluator.evaluate(facts(EnumSet.noneOf(Fault.class), TokenState.ACTIVE));
        assertThat(decision).isInstanceOfSatisfying(Decision.Allow.class, allow -> {
            assertThat(allow.operation()).contains(LIST_ORDERS);
            assertThat(allow.identity().orElseThrow().tenant()).isEqualTo(ACME);
            assertThat(allow.identity().orElseThrow().secretNumber()).isEqualTo(3);
            assertThat(allow.shadowed()).isEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "MISSING, MISSING_CREDENTIAL",
        "MALFORMED, MALFORMED_CREDENTIAL",
        "DUPLICATE, DUPLICATE_CREDENTIAL",
        "WRONG, INVALID_CREDENTIAL"
    })
    void evaluate_nothingProven_deniesWithoutNamingAToken(CredentialOutcome outcome, Reason reason) {
        Decision decision = PolicyEvaluator.evaluate(Facts.unproven(outcome, Optional.empty(), Access.REQUIRED, NOW));
        assertThat(decision).isEqualTo(new Decision.Deny(reason, Optional.empty(), Optional.empty()));
    }

    @Test
    void evaluate_unknownPepper_cannotTell() {
        assertThat(reason(Facts.unproven(CredentialOutcome.UNKNOWN_PEPPER, Optional.empty(), Access.REQUIRED, NOW)))
                .isEqualTo(Reason.INTERNAL);
    }

    @ParameterizedTest
    @EnumSource(
            value = TokenState.class,
            names = {"DISABLED", "REVOKED", "DELETED"})
    void evaluate_stateAndEveryOtherFault_stateIsTold(TokenState state) {
        assertThat(reason(facts(EnumSet.allOf(Fault.class), state)).name()).isEqualTo(state.name());
    }

    static Stream<Fault> faultsAfterState() {
        return Stream.of(Fault.values()).skip(1);
    }

    /** Covers each pair of neighbours in the order, and every fault alone. */
    @ParameterizedTest
    @MethodSource("faultsAfterState")
    void evaluate_faultAndAllLaterOnes_firstIsTold(Fault first) {
        EnumSet<Fault> faults = EnumSet.range(first, Fault.GRANT);
        assertThat(reason(facts(faults, TokenState.ACTIVE))).isEqualTo(reasonOf(first));
        assertThat(reason(facts(EnumSet.of(first), TokenState.ACTIVE))).isEqualTo(reasonOf(first));
    }

    @Test
    void evaluate_tenantIsNotThere_isDisabled() {
        Facts facts = new Facts(
                CredentialOutcome.LIVE,
                Optional.of(new Facts.Proven(Samples.activeToken(mayRead()), 1, Optional.empty(), Optional.empty())),
                Optional.of(ACME),
                request(LIST),
                NOW);
        assertThat(reason(facts)).isEqualTo(Reason.TENANT_DISABLED);
    }

    @Test
    void evaluate_hostIsNobodys_isWrongTenant() {
        assertThat(reason(new Facts(
                        CredentialOutcome.LIVE,
                        proven(Samples.activeToken(mayRead()), ACME),
                        Optional.empty(),
                        request(LIST),
                        NOW)))
                .isEqualTo(Reason.WRONG_TENANT);
    }

    @Test
    void evaluate_times_areHalfOpen() {
        Token atStart =
                Samples.withTimes(Samples.activeToken(mayRead()), Optional.of(NOW), Optional.of(NOW.plusNanos(1)));
        assertThat(PolicyEvaluator.evaluate(live(atStart, LIST))).isInstanceOf(Decision.Allow.class);
        Token atEnd = Samples.withTimes(Samples.activeToken(mayRead()), Optional.empty(), Optional.of(NOW));
        assertThat(reason(live(atEnd, LIST))).isEqualTo(Reason.EXPIRED);
    }

    @Test
    void evaluate_catalogNotReadable_cannotTellUnlessDeniedBefore() {
        Decision.CannotTell untold = new Decision.CannotTell(Reason.STORE_UNAVAILABLE, "gone");
        Need need = new Need.CannotTell(untold);
        assertThat(PolicyEvaluator.evaluate(live(Samples.activeToken(mayRead()), need)))
                .isEqualTo(untold);
        Token revoked = Samples.with(Samples.activeToken(mayRead()), TokenState.REVOKED);
        assertThat(reason(live(revoked, need))).isEqualTo(Reason.REVOKED);
    }

    @Test
    void evaluate_catalogNotReadable_shadowDoesNotSoftenThat() {
        Decision.CannotTell untold = new Decision.CannotTell(Reason.STORE_UNAVAILABLE, "gone");
        Token shadowed = Samples.withTimes(
                Samples.withRules(
                        Samples.activeToken(mayRead()),
                        new TokenRules(Optional.empty(), 0, Set.of("other"), IpRanges.EMPTY, Set.of(), "")),
                new TokenTimes(Instant.EPOCH, Optional.empty(), Optional.empty(), Optional.of(NOW.plusSeconds(60))));
        assertThat(PolicyEvaluator.evaluate(live(shadowed, LIST))).isInstanceOf(Decision.Allow.class);
        assertThat(PolicyEvaluator.evaluate(live(shadowed, new Need.CannotTell(untold))))
                .isEqualTo(untold);
    }

    @Test
    void evaluate_missingGrant_namesTheOperation() {
        Decision decision =
                PolicyEvaluator.evaluate(live(Samples.activeToken(mayRead()), new Need.Known(CREATE_ORDER)));
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.missing()).contains(CREATE_ORDER));
    }

    @Test
    void facts_tokenOfAnotherTenant_areRefused() {
        assertThatThrownBy(() -> proven(Samples.activeToken(), GLOBEX)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Facts(
                        CredentialOutcome.WRONG,
                        proven(Samples.activeToken(), ACME),
                        Optional.empty(),
                        request(LIST),
                        NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void evaluate_grantTakenAway_neverTurnsDenyIntoAllow() {
        Random random = new Random(42);
        int allowed = 0;
        for (int i = 0; i < 20_000; i++) {
            List<Grant> grants = new ArrayList<>();
            for (int n = random.nextInt(4); n >= 0; n--) {
                grants.add(randomGrant(random));
            }
            Need need = new Need.Known(randomOperation(random));
            boolean before = isAllowed(grants, need);
            grants.remove(random.nextInt(grants.size()));
            boolean after = isAllowed(grants, need);
            allowed += before ? 1 : 0;
            assertThat(after && !before).as("%s %s", grants, need).isFalse();
        }
        assertThat(allowed).isBetween(1_000, 19_000);
    }

    private static boolean isAllowed(List<Grant> grants, Need need) {
        Token token = Samples.withGrants(Samples.activeToken(), grants);
        return PolicyEvaluator.evaluate(live(token, need)) instanceof Decision.Allow;
    }

    private static <T> T pick(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static Grant randomGrant(Random random) {
        Set<Action> actions = Set.of(pick(random, Action.values()));
        return switch (random.nextInt(3)) {
            case 0 -> new Grant.OfModule(uid(random.nextInt(3)), actions);
            case 1 -> new Grant.OfAllModules(actions);
            default -> new Grant.OfOperation(uid(20 + random.nextInt(3)));
        };
    }

    private static Operation randomOperation(Random random) {
        return new Operation(
                uid(20 + random.nextInt(3)),
                "m.o",
                uid(random.nextInt(3)),
                pick(random, Action.values()),
                pick(random, Operation.Closure.values()),
                Set.of("GET"),
                "/",
                Optional.empty());
    }

    private static Facts.Request request(Need need) {
        return Facts.Request.of(Access.REQUIRED, need);
    }

    private static Facts live(Token token, Need need) {
        return new Facts(CredentialOutcome.LIVE, proven(token, ACME), Optional.of(ACME), request(need), NOW);
    }

    private static Facts facts(EnumSet<Fault> faults, TokenState state) {
        Token token = Samples.with(
                faults.contains(Fault.GRANT) ? Samples.activeToken() : Samples.activeToken(mayRead()), state);
        token = Samples.withTimes(
                token,
                faults.contains(Fault.NOT_YET_VALID) ? Optional.of(NOW.plus(Duration.ofDays(1))) : Optional.empty(),
                faults.contains(Fault.EXPIRED) ? Optional.of(NOW.minus(Duration.ofDays(1))) : Optional.empty());
        Tenant tenant = Samples.tenant(1, "acme", !faults.contains(Fault.TENANT));
        Tenant host = faults.contains(Fault.HOST) ? GLOBEX : ACME;
        return new Facts(
                faults.contains(Fault.SECRET) ? CredentialOutcome.ENDED : CredentialOutcome.LIVE,
                Optional.of(new Facts.Proven(token, 3, Optional.of(tenant), Optional.empty())),
                Optional.of(host),
                request(faults.contains(Fault.OPERATION) ? new Need.Unknown() : LIST),
                NOW);
    }

    private static Optional<Facts.Proven> proven(Token token, Tenant tenant) {
        return Optional.of(new Facts.Proven(token, 1, Optional.of(tenant), Optional.empty()));
    }

    private static Reason reasonOf(Fault fault) {
        return switch (fault) {
            case STATE -> throw new IllegalArgumentException(fault.name());
            case TENANT -> Reason.TENANT_DISABLED;
            case EXPIRED -> Reason.EXPIRED;
            case NOT_YET_VALID -> Reason.NOT_YET_VALID;
            case SECRET -> Reason.SECRET_ROTATED;
            case HOST -> Reason.WRONG_TENANT;
            case OPERATION -> Reason.UNKNOWN_OPERATION;
            case GRANT -> Reason.PERMISSION_DENIED;
        };
    }

    private static Reason reason(Facts facts) {
        return PolicyEvaluator.evaluate(facts)
                .fold(
                        allow -> {
                            throw new AssertionError("allowed");
                        },
                        Decision.Deny::reason,
                        Decision.CannotTell::reason);
    }
}
