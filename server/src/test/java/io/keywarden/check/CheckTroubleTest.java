package io.keywarden.check;

import static io.keywarden.check.CheckWorld.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Context;
import io.keywarden.check.CheckWorld.Answers;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.FakeCheckReader.Read;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that cannot read what they need, that have no time, or that are too many: nothing of it is ever allowed. */
class CheckTroubleTest {
    private final CheckWorld world = new CheckWorld();

    @ParameterizedTest
    @EnumSource(
            value = Read.class,
            names = {"HOST", "TENANT", "TOKEN", "CATALOG"})
    void check_readThrows_isNeverAllowed(Read read) {
        world.reader.throwIn(read, new IllegalStateException("Bearer " + world.text));
        assertReason(world.check(world.orders()), Reason.INTERNAL);
        world.reader.failIn(read, new IllegalStateException("Bearer " + world.text));
        assertReason(world.check(world.orders()), Reason.INTERNAL);
        world.reader.failIn(read, new StackOverflowError());
        assertReason(world.check(world.orders()), Reason.INTERNAL);
        assertThat(world.observed)
                .hasSize(3)
                .allSatisfy(decision -> assertThat(decision.toString()).doesNotContain(world.text));
    }

    @ParameterizedTest
    @EnumSource(
            value = Read.class,
            names = {"HOST", "TENANT", "TOKEN", "CATALOG"})
    void check_readCannotTell_cannotTell(Read read) {
        world.reader.cannotTellIn(read, Reason.STALE_STATE);
        CheckResponse response = world.check(world.orders());
        assertReason(response, Reason.STALE_STATE);
        assertThat(response.getStatus().getCode()).isEqualTo(14);
    }

    @Test
    void check_tenantOfTokenCannotBeRead_cannotTell() {
        world.reader.hosts.clear();
        world.reader.cannotTellIn(Read.TENANT, Reason.RECORD_TAMPERED);
        assertReason(world.check(world.orders()), Reason.RECORD_TAMPERED);
    }

    @Test
    void check_callIsOverBeforeTheAnswer_cannotTell() throws Exception {
        CompletableFuture<Void> late = new CompletableFuture<>();
        world.reader.endWith(Read.TOKEN, late);
        Context.CancellableContext call = Context.current().withCancellation();
        Answers answers = call.call(world::begin);
        assertThat(answers.isEmpty()).isTrue();
        call.cancel(null);
        late.complete(null);
        assertReason(answers.only(), Reason.STORE_UNAVAILABLE);
    }

    @Test
    void check_deadline_boundsEachRead() throws Exception {
        Answers unused = world.begin(Duration.ofMillis(60));
        assertThat(world.reader.limits).isNotEmpty().allMatch(limit -> limit.compareTo(Duration.ofMillis(55)) <= 0);
    }

    @Test
    void check_noTimeIsLeft_readsNothing() throws Exception {
        Answers answers = world.begin(Duration.ofMillis(4));
        assertReason(answers.only(), Reason.STORE_UNAVAILABLE);
        assertThat(world.reader.limits).isEmpty();
    }

    @Test
    void check_readsNeverEnd_givesUp() {
        world.reader.forgetful = true;
        assertReason(world.check(world.orders()), Reason.STORE_UNAVAILABLE);
        assertThat(world.reader.limits).hasSize(CheckRun.MOST_READS);
    }

    @Test
    void check_tooManyWait_isTurnedAwayAtOnce() {
        CheckService narrow = new CheckService(world.needs, CheckObserver.NONE, new WaitingRoom(1));
        CompletableFuture<Void> late = new CompletableFuture<>();
        world.reader.endWith(Read.TOKEN, late);
        Answers first = world.begin(narrow);
        assertThat(narrow.waiting()).isEqualTo(1);
        Answers second = world.begin(narrow);
        assertReason(second.only(), Reason.STORE_UNAVAILABLE);
        late.complete(null);
        assertThat(first.only().hasOkResponse()).isTrue();
        assertThat(narrow.waiting()).isZero();
    }

    @Test
    void check_observerThrows_isAnsweredAnyway() {
        CheckService angry = new CheckService(world.needs, (decision, nanos, tenant) -> {
            throw new IllegalStateException("no room");
        });
        assertThat(world.begin(angry).only().hasOkResponse()).isTrue();
    }
}
