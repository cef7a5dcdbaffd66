package io.keywarden.check;

import static io.keywarden.check.CheckWorld.assertReason;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.Lookup;
import io.keywarden.testkit.FakeCheckReader.Read;
import io.keywarden.testkit.Samples;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Token;
import io.keywarden.token.TokenState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Checks that go by what is known: when it is read again, and when it is not believed. */
class CheckKnownTest {
    private final CheckWorld world = new CheckWorld();

    @Test
    void check_allIsKnown_isAnsweredWithoutALoad() {
        world.reader.cacheAll();
        assertThat(world.check(world.orders()).hasOkResponse()).isTrue();
        assertThat(world.reader.limits).isEmpty();
    }

    @Test
    void check_tokenIsNewerThanWhatIsKnown_works() {
        Token fresh = requireNonNull(world.reader.tokens.get(world.id));
        world.reader.tokens.put(world.id, Samples.withSecrets(fresh, world.id, List.of()));
        world.reader.cacheAll();
        world.reader.tokens.put(world.id, fresh);
        assertThat(world.check(world.orders()).hasOkResponse()).isTrue();
        assertThat(world.reader.reads).containsExactly(Read.HOST, Read.TOKEN);
        world.reader.cached.put(world.id, new Lookup.NotFound<>());
        assertThat(world.check(world.orders()).hasOkResponse()).isTrue();
    }

    @Test
    void check_hostIsNewerThanWhatIsKnown_works() {
        world.reader.cacheAll();
        world.reader.cached.put("api.example", new Lookup.NotFound<>());
        assertThat(world.check(world.orders()).hasOkResponse()).isTrue();
        assertThat(world.reader.reads).contains(Read.HOST);
        assertReason(world.check(CheckWorld.ordersOfNobody()), Reason.MISSING_CREDENTIAL);
        assertThat(world.observedTenants).containsExactly(Optional.of("acme"), Optional.of("acme"));
    }

    @Test
    void check_secretStaysWrong_isReadOnceMoreOnly() {
        world.reader.cacheAll();
        assertReason(world.check(world.ordersWithWrongSecret()), Reason.INVALID_CREDENTIAL);
        assertThat(world.reader.limits).hasSize(1);
    }

    @Test
    void check_otherRefusals_areNotReadAgain() {
        world.put(Samples.with(Samples.activeToken(Samples.mayRead()), TokenState.REVOKED));
        world.reader.cacheAll();
        assertReason(world.check(world.orders()), Reason.REVOKED);
        assertReason(world.check(world.orders().putHeaders("authorization", "Bearer x")), Reason.MALFORMED_CREDENTIAL);
        assertThat(world.reader.limits).isEmpty();
    }

    @Test
    void check_doubt_replacesAllowAndDeny() {
        world.reader.doubt = Optional.of(new Decision.CannotTell(Reason.STALE_STATE, "made so"));
        assertReason(world.check(world.orders()), Reason.STALE_STATE);
        assertReason(world.check(CheckWorld.ordersOfNobody()), Reason.STALE_STATE);
        world.reader.cannotTellIn(Read.TOKEN, Reason.RECORD_TAMPERED);
        assertReason(world.check(world.orders()), Reason.RECORD_TAMPERED);
    }

    @Test
    void check_doubt_isAskedWithTheTenantsPolicy() {
        world.put(Samples.withTenant(Samples.activeToken(Samples.mayRead()), Samples.GLOBEX.uid()));
        OutagePolicy known = new OutagePolicy(Duration.ofSeconds(9));
        world.put(Samples.withOutage(Samples.GLOBEX, known));
        assertReason(world.check(world.orders()), Reason.WRONG_TENANT);
        assertReason(world.check(CheckWorld.ordersOfNobody()), Reason.MISSING_CREDENTIAL);
        world.reader.hosts.clear();
        assertReason(world.check(CheckWorld.ordersOfNobody()), Reason.MISSING_CREDENTIAL);
        assertThat(world.reader.policies)
                .containsExactly(Optional.of(known), Optional.of(OutagePolicy.ERROR), Optional.empty());
    }
}
