package io.keywarden.chaos;

import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.testkit.RedisCluster;
import io.keywarden.testkit.RedisNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Faults of a Redis Cluster: always of the master that has the tokens, in rounds as in {@link SentinelScenarios}. The sidecar
 * and Admin reach every node all the while.
 */
final class ClusterScenarios {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration AFTERWARDS = Duration.ofMillis(400);
    private static final List<String> STORAGE = List.of("--save", "", "--appendonly", "yes");

    private ClusterScenarios() {}

    /** The servers, and everything else. */
    record Stage(RedisCluster redis, Arena arena) {
        int slot() {
            return redis.slot(arena.written().get(0).key());
        }

        /** The master of the tokens, by the word of one that is not cut off. */
        RedisNode master() {
            return redis.owner(slot(), redis.masters().get(0));
        }

        /** Whether the tokens have other records at this node, which takes itself for their master, than at the master. */
        void requireStale(RedisNode old, RedisNode now) {
            // It may know by now that it is alone, and still has what it has.
            old.command("CONFIG", "SET", "cluster-allow-reads-when-down", "yes");
            for (Subject subject : arena.written()) {
                String there = old.command("GET", subject.key());
                if (there.contains("MOVED")
                        || there.contains("CLUSTERDOWN")
                        || there.equals(now.command("GET", subject.key()))) {
                    throw new AssertionError(old + " says " + there + " (expected: an older record of " + subject
                            + " than " + now + " has)");
                }
            }
            old.command("CONFIG", "SET", "cluster-allow-reads-when-down", "no");
        }
    }

    /** What goes wrong, from where all rights are there to where everything is well again. */
    interface Fault {
        void happen(Stage stage) throws Exception;
    }

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.add(cut(1_500, 1, 2, ClusterScenarios::cutOff));
        all.add(cut(1_500, 0, 1, ClusterScenarios::cutOffFromTheOnlyReplica));
        all.add(cut(15_000, 0, 1, ClusterScenarios::cutOffFromTheOnlyReplica));
        all.add(cut(1_500, 0, 2, ClusterScenarios::cutOff));
        all.add(cut(15_000, 0, 2, ClusterScenarios::cutOff));
        all.add(cut(15_000, 10, 2, ClusterScenarios::cutOff));
        all.add(scenario("Cluster: cut, then FAILOVER TAKEOVER", setup(2, 15_000, 0), ClusterScenarios::takeover));
        all.add(scenario(
                "Cluster: FAILOVER TAKEOVER without a cut", setup(2, 15_000, 0), ClusterScenarios::takeoverUncut));
        all.add(scenario("Cluster: master killed", setup(2, 1_500, 0), ClusterScenarios::kill));
        all.add(scenario("Cluster: old master stopped and resumed", setup(2, 1_500, 0), ClusterScenarios::stop));
        all.add(scenario("Cluster: failover on demand", setup(2, 1_500, 0), ClusterScenarios::failover));
        all.add(scenario("Cluster: slots move with live keys", setup(1, 1_500, 0), ClusterScenarios::moveSlot));
        return List.copyOf(all);
    }

    static RedisCluster.Setup setup(int replicas, int nodeTimeoutMillis, int maxLag) {
        return new RedisCluster.Setup(replicas, Duration.ofMillis(nodeTimeoutMillis), maxLag, STORAGE);
    }

    private static Scenario cut(int nodeTimeoutMillis, int maxLag, int replicas, Fault fault) {
        return scenario(
                "Cluster: master cut off, node-timeout " + nodeTimeoutMillis + " ms, "
                        + (maxLag == 0 ? "no min-replicas" : "max-lag " + maxLag) + ", " + replicas
                        + (replicas == 1 ? " replica" : " replicas"),
                setup(replicas, nodeTimeoutMillis, maxLag),
                fault);
    }

    private static Scenario scenario(String name, RedisCluster.Setup setup, Fault fault) {
        return new Scenario(name, 20, scale -> onStage(setup, scale, Guards.ALL, fault));
    }

    /** Runs rounds of a fault. */
    static Findings onStage(RedisCluster.Setup setup, Scale scale, Guards guards, Fault fault) throws Exception {
        try (RedisCluster redis = RedisCluster.start(setup);
                Arena arena = Arena.open(Arena.Plan.on(
                        RedisSettings.cluster(redis.ports()), guards, scale.tokens(), scale.perSecond()))) {
            Stage stage = new Stage(redis, arena);
            for (int round = 0; round < scale.rounds(); round++) {
                arena.load().enableAll(LIMIT);
                fault.happen(stage);
                arena.settle();
            }
            return arena.findings(scale.leastRate(), scale.leastRevokes());
        }
    }

    private static void cutOff(Stage stage) {
        RedisNode old = stage.master();
        int slot = stage.slot();
        stage.arena().fault("cut", () -> stage.redis().isolate(old, List.of()), Duration.ZERO, () -> {
            RedisNode now = stage.redis().awaitFailover(old, slot, LIMIT);
            stage.arena().load().disableAll(LIMIT);
            stage.requireStale(old, now);
            Load.pause(AFTERWARDS);
            stage.redis().heal();
            stage.redis().awaitWhole(LIMIT);
        });
    }

    /** Nobody is left to confirm a revocation: nothing is promised until the old master has become a replica. */
    private static void cutOffFromTheOnlyReplica(Stage stage) {
        RedisNode old = stage.master();
        int slot = stage.slot();
        Load load = stage.arena().load();
        stage.arena().fault("cut", () -> stage.redis().isolate(old, List.of()), Duration.ZERO, () -> {
            RedisNode now = stage.redis().awaitFailover(old, slot, LIMIT);
            int promised = load.disableAllOnce();
            if (promised > 0) {
                throw new AssertionError(promised + " revocations that no replica has were promised (expected: 0)");
            }
            stage.requireStale(old, now);
            stage.redis().heal();
            load.disableAll(LIMIT);
            Load.pause(AFTERWARDS);
            stage.redis().awaitWhole(LIMIT);
        });
    }

    /** The old master does not lose its majority: only its replicas are gone from it. */
    private static void takeover(Stage stage) {
        RedisNode old = stage.master();
        int slot = stage.slot();
        List<RedisNode> replicas = stage.redis().replicasOf(old);
        stage.arena().fault("cut and takeover", () -> stage.redis().isolate(old, List.of()), Duration.ZERO, () -> {
            stage.redis().takeover(replicas.get(0));
            RedisNode now = stage.redis().awaitFailover(old, slot, LIMIT);
            stage.arena().load().disableAll(LIMIT);
            stage.requireStale(old, now);
            Load.pause(AFTERWARDS);
            stage.redis().heal();
            stage.redis().awaitWhole(LIMIT);
        });
    }

    private static void takeoverUncut(Stage stage) {
        RedisNode old = stage.master();
        int slot = stage.slot();
        RedisNode replica = stage.redis().replicasOf(old).get(0);
        stage.arena().fault("takeover", () -> stage.redis().takeover(replica), Duration.ZERO, () -> {
            stage.arena().load().disableAll(LIMIT);
            stage.redis().awaitFailover(old, slot, LIMIT);
            stage.redis().awaitWhole(LIMIT);
        });
    }

    private static void kill(Stage stage) {
        RedisNode old = stage.master();
        int slot = stage.slot();
        stage.arena().fault("kill -9", old::kill, Duration.ZERO, () -> {
            stage.redis().awaitFailover(old, slot, LIMIT);
            stage.arena().load().disableAll(LIMIT);
            old.restart();
            stage.redis().awaitWhole(LIMIT);
        });
    }

    /** What the others say to it is held while it is stopped, so that it wakes as the master that it was. */
    private static void stop(Stage stage) {
        RedisNode old = stage.master();
        int slot = stage.slot();
        stage.arena().fault("stopped and resumed", () -> Arena.stopInHeartbeat(old), Duration.ZERO, () -> {
            stage.redis().isolate(old, List.of());
            RedisNode now = stage.redis().awaitFailover(old, slot, LIMIT);
            stage.arena().load().disableAll(LIMIT);
            old.resume();
            stage.requireStale(old, now);
            Load.pause(AFTERWARDS);
            stage.redis().heal();
            stage.redis().awaitWhole(LIMIT);
        });
    }

    private static void failover(Stage stage) {
        RedisNode old = stage.master();
        int slot = stage.slot();
        RedisNode replica = stage.redis().replicasOf(old).get(0);
        stage.arena().fault("failover", () -> stage.redis().failover(replica), Duration.ZERO, () -> {
            stage.arena().load().disableAll(LIMIT);
            stage.redis().awaitFailover(old, slot, LIMIT);
            stage.redis().awaitWhole(LIMIT);
        });
    }

    private static void moveSlot(Stage stage) {
        RedisNode from = stage.master();
        RedisNode to = stage.redis().masters().stream()
                .filter(master -> master != from)
                .findFirst()
                .orElseThrow();
        stage.arena().fault("move", () -> stage.redis().moveSlot(stage.slot(), from, to), Duration.ZERO, () -> {
            stage.arena().load().disableAll(LIMIT);
            stage.redis().awaitWhole(LIMIT);
        });
    }
}
