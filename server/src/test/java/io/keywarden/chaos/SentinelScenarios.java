package io.keywarden.chaos;

import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.testkit.RedisNode;
import io.keywarden.testkit.RedisSentinels;
import io.keywarden.testkit.RedisSentinels.Setup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Faults of a master with replicas and Sentinels. In each round all rights are there, then comes the fault, then all rights
 * are taken away as soon as somebody can promise that. The sidecar and Admin reach every node all the while.
 */
final class SentinelScenarios {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration AFTERWARDS = Duration.ofMillis(400);

    private SentinelScenarios() {}

    /** The servers, and everything else. */
    record Stage(RedisSentinels redis, Arena arena) {
        /** Whether a token has another record at this node than at the master: whether it is stale. */
        void requireStale(RedisNode old, RedisNode now) {
            for (Subject subject : arena.written()) {
                if (old.command("GET", subject.key()).equals(now.command("GET", subject.key()))) {
                    throw new AssertionError(
                            old + " has the same record of " + subject + " as " + now + " (expected: an old one)");
                }
            }
        }
    }

    /** What goes wrong, from where all rights are there to where everything is well again. */
    interface Fault {
        void happen(Stage stage) throws Exception;
    }

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.add(cut(500, 1));
        all.add(cut(1_000, 1));
        all.add(cut(3_500, 1));
        all.add(cut(1_000, 2));
        all.add(cut(1_000, 10));
        all.add(cut(12_500, 10));
        all.add(scenario("Sentinel: links cut one after another", usual(2), SentinelScenarios::oneAfterAnother));
        all.add(scenario("Sentinel: one of 2 replicas promoted by hand", usual(2), SentinelScenarios::promote));
        all.add(scenario("Sentinel: one of 3 replicas promoted by hand", usual(3), SentinelScenarios::promote));
        all.add(scenario("Sentinel: old master stopped, resumed stale", usual(2), SentinelScenarios::stopAndResume));
        all.add(scenario("Sentinel: master killed", usual(2), SentinelScenarios::kill));
        all.add(scenario("Sentinel: failover on demand", usual(2), SentinelScenarios::failover));
        all.add(scenario("Sentinel: one silent replica of 2", usual(2), SentinelScenarios::silentReplica));
        return List.copyOf(all);
    }

    static Setup usual(int replicas) {
        return Setup.usual().withReplicas(replicas);
    }

    private static Scenario cut(int downAfterMillis, int maxLag) {
        return scenario(
                "Sentinel: master cut off, max-lag " + maxLag + ", down-after " + downAfterMillis + " ms",
                Setup.usual().with(Duration.ofMillis(downAfterMillis), maxLag),
                SentinelScenarios::cutOff);
    }

    private static Scenario scenario(String name, Setup setup, Fault fault) {
        return new Scenario(name, 20, scale -> onStage(setup, scale, Guards.ALL, fault));
    }

    /** Runs rounds of a fault. */
    static Findings onStage(Setup setup, Scale scale, Guards guards, Fault fault) throws Exception {
        try (RedisSentinels redis = RedisSentinels.start(setup);
                Arena arena = Arena.open(Arena.Plan.on(
                        RedisSettings.sentinel(RedisSentinels.NAME, redis.sentinelPorts()),
                        guards,
                        scale.tokens(),
                        scale.perSecond()))) {
            Stage stage = new Stage(redis, arena);
            for (int round = 0; round < scale.rounds(); round++) {
                arena.load().enableAll(LIMIT);
                fault.happen(stage);
                if (round + 1 < scale.rounds() || guards == Guards.ALL) {
                    arena.settle();
                }
            }
            return arena.findings(scale.leastRate(), scale.leastRevokes());
        }
    }

    private static void cutOff(Stage stage) {
        RedisNode old = stage.redis().master();
        stage.arena().fault("cut", () -> stage.redis().isolate(old), Duration.ZERO, () -> revokeAndHeal(stage, old));
    }

    private static void revokeAndHeal(Stage stage, RedisNode old) {
        RedisNode now = stage.redis().awaitFailover(old, LIMIT);
        stage.arena().load().disableAll(LIMIT);
        stage.requireStale(old, now);
        Load.pause(AFTERWARDS);
        stage.redis().heal();
        stage.redis().awaitWhole(LIMIT);
    }

    private static void oneAfterAnother(Stage stage) {
        RedisNode old = stage.redis().master();
        stage.arena()
                .fault(
                        "cuts",
                        () -> {
                            for (RedisNode replica : stage.redis().replicas()) {
                                old.cutFrom(replica);
                                Load.pause(Duration.ofMillis(700));
                            }
                            stage.redis().isolate(old);
                        },
                        Duration.ZERO,
                        () -> revokeAndHeal(stage, old));
    }

    /** The Sentinels hear nothing of it, and so nor does the sidecar: only the lease stands. */
    static void promote(Stage stage) {
        RedisNode old = stage.redis().master();
        List<RedisNode> replicas = stage.redis().replicas();
        RedisNode promoted = replicas.get(0);
        stage.arena()
                .fault(
                        "promoted by hand",
                        () -> {
                            // Else they would put it right again.
                            stage.redis().nodes().forEach(stage.redis()::isolateFromSentinels);
                            promoted.promote();
                            replicas.get(1).follow(promoted);
                            RedisSentinels.awaitReplicas(promoted, 1);
                        },
                        Duration.ZERO,
                        () -> {
                            stage.arena().writeThrough(RedisSettings.local(promoted.port()), () -> {
                                stage.arena().load().disableAll(LIMIT);
                                stage.requireStale(old, promoted);
                                Load.pause(AFTERWARDS);
                            });
                            old.follow(promoted);
                            RedisSentinels.awaitReplicas(promoted, 2);
                            old.promote();
                            replicas.forEach(replica -> replica.follow(old));
                            RedisSentinels.awaitReplicas(old, replicas.size());
                            stage.redis().heal();
                        });
    }

    /** The sidecar's heartbeats wait in the stopped master's socket meanwhile. */
    static void stopAndResume(Stage stage) {
        RedisNode old = stage.redis().master();
        stage.arena().fault("stopped and resumed", () -> Arena.stopInHeartbeat(old), Duration.ZERO, () -> {
            RedisNode now = stage.redis().awaitFailover(old, LIMIT);
            stage.arena().load().disableAll(LIMIT);
            old.resume();
            stage.requireStale(old, now);
            stage.redis().awaitWhole(LIMIT);
        });
    }

    private static void kill(Stage stage) {
        RedisNode old = stage.redis().master();
        stage.arena().fault("kill -9", old::kill, Duration.ZERO, () -> {
            RedisNode now = stage.redis().awaitFailover(old, LIMIT);
            stage.arena().load().disableAll(LIMIT);
            old.restart();
            stage.requireStale(old, now);
            stage.redis().awaitWhole(LIMIT);
        });
    }

    private static void failover(Stage stage) {
        RedisNode old = stage.redis().master();
        stage.arena().fault("failover", stage.redis()::failover, Duration.ZERO, () -> {
            stage.arena().load().disableAll(LIMIT);
            stage.redis().awaitFailover(old, LIMIT);
            stage.redis().awaitWhole(LIMIT);
        });
    }

    /** The other replica is enough for everything. */
    private static void silentReplica(Stage stage) {
        RedisNode master = stage.redis().master();
        RedisNode silent = stage.redis().replicas().get(0);
        stage.arena().fault("silent replica", () -> master.cutFrom(silent), Duration.ZERO, () -> {
            stage.arena().load().disableAll(LIMIT);
            Load.pause(AFTERWARDS);
            stage.redis().heal();
            stage.redis().awaitWhole(LIMIT);
        });
    }
}
