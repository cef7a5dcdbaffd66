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
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of the tests: with a guard taken away, the proof has to fail. Each is shown by the least fault that does; with
 * {@code -Dkeywarden.chaos.all=true} it is shown too that the same fault shows nothing with that guard.
 */
@NeedsRedis7
final class MutationIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Scale SCALE = Scale.SHORT;
    private static final int MOST_TRIES = 12;

    /**
     * A guard that is taken away.
     *
     * @param name for people
     * @param without what holds without it
     * @param with what holds with it, and is else the same
     * @param fault what shows it
     */
    private record Mutant(String name, Guards without, Guards with, Fault fault) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Runs a fault with some guards. */
    private interface Fault {
        Findings run(Guards guards) throws Exception;
    }

    static List<Mutant> mutants() {
        Guards all = Guards.ALL_BUT_TOPOLOGY;
        return List.of(
                new Mutant("no lease", Guards.NO_LEASE, all, one(MutationIT::holdPushes)),
                new Mutant("lease from the answer", Guards.LEASE_FROM_ANSWER, all, one(MutationIT::oneLateAnswer)),
                new Mutant("tracking not armed", Guards.TRACKING_NOT_ARMED, all, one(MutationIT::killOnce)),
                new Mutant("null push ignored", Guards.NULL_PUSH_IGNORED, all, one(MutationIT::flushAllButMarker)),
                new Mutant("PING", Guards.PING, all, MutationIT::promotedOfThree),
                new Mutant("UNLINK alone", Guards.UNLINK, all, MutationIT::promotedOfThree),
                // With the acknowledgements of replicas it would hold: so it is UNLINK that is piled up, or is not.
                new Mutant(
                        "pipelined heartbeats",
                        Guards.PIPELINED_HEARTBEATS,
                        Guards.UNLINK,
                        MutationIT::resumedAfterPromotion));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void guardTakenAway_itsFault_violated(Mutant mutant) throws Exception {
        assertViolated(() -> mutant.fault().run(mutant.without()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    @Tag("long")
    void guardKept_sameFault_held(Mutant mutant) throws Exception {
        assertHeld(mutant.fault().run(mutant.with()));
    }

    @Test
    @Tag("long")
    void allGuards_oldMasterResumed_held() throws Exception {
        assertHeld(resumedAfterPromotion(Guards.ALL));
    }

    @Test
    void waitOnAnotherConnection_silentReplicaPromoted_violated() throws Exception {
        assertViolated(() -> lostWrite(MutationIT::waitElsewhere));
    }

    @Test
    @Tag("long")
    void waitOnTheSameConnection_silentReplicaPromoted_nothingPromised() throws Exception {
        Findings findings = lostWrite((writer, master) -> writer);
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

    private static Fault one(StandaloneScenarios.Fault fault) {
        return guards -> StandaloneScenarios.onStage(SCALE, guards, fault);
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
            Load.pause(Duration.ofMillis(300));
            if (round == 0) {
                // Its answer may come in two pieces, the first of which was being held when the rest came; or, in the
                // other
                // round, in one.
                stage.link().passOne(CuttableLink.CLIENTS, Direction.TO_CLIENT);
            }
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

    private static Findings resumedAfterPromotion(Guards guards) throws Exception {
        Setup setup = SentinelScenarios.usual(2).with(Duration.ofSeconds(30), 0);
        return SentinelScenarios.onStage(setup, SCALE, guards, MutationIT::resumeAfterPromotion);
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
            // It answers what waits, and hears nothing that is sent then.
            old.link().cut(CuttableLink.CLIENTS, Direction.TO_SERVER);
            old.resume();
            Load.pause(Duration.ofMillis(50));
            old.pause();
            Threads.join(revoking);
            Load.pause(Duration.ofSeconds(1));
        });
    }

    /** A replica that hears nothing takes the place of a master that is killed. */
    private static Findings lostWrite(BiFunction<Writer, RedisNode, Writer> change) throws Exception {
        Setup setup = SentinelScenarios.usual(1).with(Duration.ofSeconds(1), 0);
        return SentinelScenarios.onStage(setup, SCALE, Guards.ALL, stage -> {
            RedisNode old = stage.redis().master();
            RedisNode replica = stage.redis().replicas().get(0);
            Load load = stage.arena().load();
            // Who has seen the revocation would find the older record: it is about who has not.
            load.checkWritten(false);
            Load.pause(Duration.ofMillis(300));
            old.cutFrom(replica);
            stage.arena().rewrite(writer -> change.apply(writer, old));
            int unused = load.disableAllOnce();
            old.kill();
            stage.redis().awaitFailover(old, LIMIT);
            stage.arena().requireLive(LIMIT);
            Load.pause(Duration.ofMillis(1_500));
            load.checkWritten(true);
            Load.pause(Duration.ofSeconds(1));
            stage.redis().heal();
        });
    }

    /** Asks the master on a connection that wrote nothing whether a replica has all of that. */
    private static Writer waitElsewhere(Writer writer, RedisNode master) {
        return new Writer() {
            @Override
            public Result disable(Subject subject) {
                Result result = writer.disable(subject);
                String replicas = master.command("WAIT", "1", "500");
                return result.made() && Integer.parseInt(replicas) >= 1
                        ? new Result(true, true, Optional.of(Instant.now().plus(Arena.BOUND)), replicas)
                        : result;
            }

            @Override
            public Result enable(Subject subject) {
                return writer.enable(subject);
            }
        };
    }
}
