package io.keywarden.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.testkit.CuttableLink;
import io.keywarden.testkit.CuttableLink.Direction;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisNode;
import io.keywarden.testkit.RedisSentinels.Setup;
import io.keywarden.testkit.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of the tests: with a guard taken away, the proof has to fail. Each is shown by the least fault that does; with
 * {@code -Dkeywarden.chaos.all=true} it is shown too that the same fault shows nothing with all guards.
 */
@NeedsRedis7
final class MutationIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Scale SCALE = Scale.SHORT;
    private static final int MOST_TRIES = 5;

    @Test
    void noLease_pushesHeld_violated() throws Exception {
        assertViolated(() -> StandaloneScenarios.onStage(SCALE, Guards.NO_LEASE, MutationIT::holdPushes));
    }

    @Test
    void leaseFromTheAnswer_answerOnTheWayForLong_violated() throws Exception {
        assertViolated(() -> StandaloneScenarios.onStage(SCALE, Guards.LEASE_FROM_ANSWER, MutationIT::oneLateAnswer));
    }

    @Test
    @Tag("long")
    void leaseFromTheSending_answerOnTheWayForLong_held() throws Exception {
        assertHeld(StandaloneScenarios.onStage(SCALE, Guards.ALL_BUT_TOPOLOGY, MutationIT::oneLateAnswer));
    }

    @Test
    void trackingNotArmed_anyRevocation_violated() throws Exception {
        assertViolated(() -> StandaloneScenarios.onStage(SCALE, Guards.TRACKING_NOT_ARMED, MutationIT::killOnce));
    }

    @Test
    void nullPushIgnored_allButTheMarkerFlushed_violated() throws Exception {
        assertViolated(
                () -> StandaloneScenarios.onStage(SCALE, Guards.NULL_PUSH_IGNORED, MutationIT::flushAllButMarker));
    }

    @Test
    @Tag("long")
    void nullPushObeyed_allButTheMarkerFlushed_held() throws Exception {
        assertHeld(StandaloneScenarios.onStage(SCALE, Guards.ALL, MutationIT::flushAllButMarker));
    }

    @Test
    void ping_oneOfThreeReplicasPromotedByHand_violated() throws Exception {
        assertViolated(() -> promotedOfThree(Guards.PING));
    }

    @Test
    void unlinkAlone_oneOfThreeReplicasPromotedByHand_violated() throws Exception {
        assertViolated(() -> promotedOfThree(Guards.UNLINK));
    }

    @Test
    @Tag("long")
    void allButTopology_oneOfThreeReplicasPromotedByHand_held() throws Exception {
        assertHeld(promotedOfThree(Guards.ALL_BUT_TOPOLOGY));
    }

    @Test
    void pipelinedHeartbeats_oldMasterResumed_violated() throws Exception {
        Setup setup = SentinelScenarios.usual(2).with(Duration.ofSeconds(30), 0);
        assertViolated(() ->
                SentinelScenarios.onStage(setup, SCALE, Guards.PIPELINED_HEARTBEATS, MutationIT::resumeAfterPromotion));
    }

    @Test
    void waitOnAnotherConnection_silentReplicaPromoted_violated() throws Exception {
        assertViolated(() -> lostWrite(MutationIT::waitElsewhere));
    }

    @Test
    @Tag("long")
    void waitOnTheSameConnection_silentReplicaPromoted_nothingPromised() throws Exception {
        Findings findings = lostWrite(UnaryOperator.identity());
        assertThat(findings.promises().lateAllows()).isZero();
        assertThat(findings.promises().made()).isZero();
    }

    /** What a guard prevents needs an unlucky moment: it has to be seen once, in a few tries. */
    private static void assertViolated(Callable<Findings> fault) throws Exception {
        List<Findings> tries = new ArrayList<>();
        do {
            tries.add(fault.call());
            System.out.println(tries.get(tries.size() - 1));
        } while (tries.get(tries.size() - 1).promises().lateAllows() == 0 && tries.size() < MOST_TRIES);
        assertThat(tries).anyMatch(findings -> findings.promises().lateAllows() > 0);
    }

    private static void assertHeld(Findings findings) {
        System.out.println(findings);
        assertThat(findings.promises().lateAllows()).isZero();
        assertThat(findings.promises().watched()).isPositive();
    }

    private static void holdPushes(StandaloneScenarios.Stage stage) {
        stage.arena().load().enableAll(LIMIT);
        stage.link().cut(CuttableLink.CLIENTS, Direction.TO_CLIENT);
        stage.arena().load().disableAll(LIMIT);
        Load.pause(Duration.ofMillis(300));
    }

    /** The answer to a heartbeat takes 0.9 s, and the push of a write behind it never comes. */
    private static void oneLateAnswer(StandaloneScenarios.Stage stage) {
        for (int round = 0; round < 2; round++) {
            stage.arena().load().enableAll(LIMIT);
            stage.link().cut(CuttableLink.CLIENTS, Direction.TO_CLIENT);
            long start = System.nanoTime();
            // Its answer comes in two pieces or more, the first of which was being held when the rest came.
            Load.pause(Duration.ofMillis(300));
            stage.link().passOne(CuttableLink.CLIENTS, Direction.TO_CLIENT);
            Load.pause(Duration.ofMillis(50));
            Thread revoking = new Thread(() -> stage.arena().load().disableAll(LIMIT));
            revoking.start();
            Load.pause(Duration.ofMillis(930).minusNanos(System.nanoTime() - start));
            stage.link().passOne(CuttableLink.CLIENTS, Direction.TO_CLIENT);
            Threads.join(revoking);
            Load.pause(Duration.ofSeconds(1));
            stage.link().disconnect(CuttableLink.CLIENTS);
            stage.link().heal(CuttableLink.CLIENTS);
        }
    }

    private static void killOnce(StandaloneScenarios.Stage stage) {
        stage.redis().command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        stage.arena().load().enableAll(LIMIT);
        stage.arena().load().disableAll(LIMIT);
        Load.pause(Duration.ofMillis(300));
    }

    private static void flushAllButMarker(StandaloneScenarios.Stage stage) {
        String marker = "kw:r:{store}:s:store";
        stage.arena().load().enableAll(LIMIT);
        stage.arena()
                .allNarrowed(() -> stage.redis()
                        .command(
                                "EVAL",
                                "local m = redis.call('GET', KEYS[1]) redis.call('FLUSHALL') redis.call('SET', KEYS[1], m)",
                                "1",
                                marker));
        Load.pause(Duration.ofSeconds(2));
    }

    private static Findings promotedOfThree(Guards guards) throws Exception {
        return SentinelScenarios.onStage(SentinelScenarios.usual(3), SCALE, guards, SentinelScenarios::promote);
    }

    /**
     * Heartbeats wait in a stopped master's socket, none for so long that it is given up; meanwhile another one is promoted.
     */
    private static void resumeAfterPromotion(SentinelScenarios.Stage stage) {
        RedisNode old = stage.redis().master();
        List<RedisNode> replicas = stage.redis().replicas();
        RedisNode promoted = replicas.get(0);
        stage.redis().nodes().forEach(stage.redis()::isolateFromSentinels);
        long start = System.nanoTime();
        old.pause();
        promoted.promote();
        replicas.get(1).follow(promoted);
        stage.arena().writeThrough(RedisSettings.local(promoted.port()), () -> {
            Thread revoking = new Thread(() -> stage.arena().load().disableAll(LIMIT));
            revoking.start();
            Load.pause(Duration.ofMillis(930).minusNanos(System.nanoTime() - start));
            // For as long as it takes to answer what waits, and not what is sent then.
            old.resume();
            Load.pause(Duration.ofMillis(50));
            old.pause();
            Threads.join(revoking);
            Load.pause(Duration.ofSeconds(1));
        });
    }

    /** A replica that hears nothing takes the place of a master that is killed. */
    private static Findings lostWrite(UnaryOperator<Writer> change) throws Exception {
        Setup setup = SentinelScenarios.usual(1).with(Duration.ofSeconds(1), 0);
        return SentinelScenarios.onStage(setup, SCALE, Guards.ALL, stage -> {
            RedisNode old = stage.redis().master();
            RedisNode replica = stage.redis().replicas().get(0);
            Load load = stage.arena().load();
            // Who has seen the revocation would find the older record: it is about who has not.
            load.checkWritten(false);
            Load.pause(Duration.ofMillis(300));
            old.cutFrom(replica);
            stage.arena().rewrite(writer -> change.apply(writer));
            load.disableAllOnce();
            old.kill();
            stage.redis().awaitFailover(old, LIMIT);
            stage.arena().requireLive(LIMIT);
            Load.pause(Duration.ofMillis(1_500));
            load.checkWritten(true);
            Load.pause(Duration.ofSeconds(1));
            stage.redis().heal();
        });
    }

    private static Writer waitElsewhere(Writer writer) {
        return new Writer() {
            @Override
            public Result disable(Subject subject) {
                Result result = writer.disable(subject);
                return new Result(
                        result.made(), true, Optional.of(Instant.now().plusMillis(1_050)), "as said elsewhere");
            }

            @Override
            public Result enable(Subject subject) {
                return writer.enable(subject);
            }
        };
    }
}
