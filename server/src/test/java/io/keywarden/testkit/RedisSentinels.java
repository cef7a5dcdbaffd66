package io.keywarden.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A master of Redis with replicas, and three Sentinels that watch them: real processes, each of which can be ended, stopped
 * and cut off from the others while clients still reach it. For one thread at a time. Needs Redis 7.
 */
public final class RedisSentinels implements AutoCloseable {
    /** The name of the master. */
    public static final String NAME = "keywarden";

    private static final int SENTINELS = 3;
    private static final int FIRST_SENTINEL = 100;
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final List<RedisNode> nodes;
    private final List<SentinelProcess> sentinels;

    private RedisSentinels(List<RedisNode> nodes, List<SentinelProcess> sentinels) {
        this.nodes = List.copyOf(nodes);
        this.sentinels = List.copyOf(sentinels);
    }

    /**
     * What to start.
     *
     * @param replicas how many replicas
     * @param downAfter for how long a master is silent before a Sentinel takes it for down
     * @param maxLag min-replicas-max-lag, in seconds; min-replicas-to-write is 1; 0 leaves both out
     * @param quorum how many Sentinels have to agree
     * @param more further arguments of every Redis
     */
    public record Setup(int replicas, Duration downAfter, int maxLag, int quorum, List<String> more) {
        /** Copies the list. */
        public Setup {
            more = List.copyOf(more);
        }

        /** Two replicas, one second, a lag of 1 s, two of three, and an append-only file. */
        public static Setup usual() {
            return new Setup(2, Duration.ofSeconds(1), 1, 2, List.of("--save", "", "--appendonly", "yes"));
        }

        /** The same with another number of replicas. */
        public Setup withReplicas(int number) {
            return new Setup(number, downAfter, maxLag, quorum, more);
        }

        /** The same with another time and lag. */
        public Setup with(Duration silence, int lag) {
            return new Setup(replicas, silence, lag, quorum, more);
        }
    }

    /** Starts all of it, and waits until everybody knows everybody. */
    public static RedisSentinels start(Setup setup) {
        List<RedisNode> nodes = new ArrayList<>();
        List<SentinelProcess> sentinels = new ArrayList<>();
        RedisSentinels all;
        try {
            for (int i = 0; i <= setup.replicas(); i++) {
                nodes.add(RedisNode.start(i, arguments(setup)));
            }
            for (RedisNode replica : nodes.subList(1, nodes.size())) {
                replica.follow(nodes.get(0));
            }
            awaitReplicas(nodes.get(0), setup.replicas());
            for (int i = 0; i < SENTINELS; i++) {
                sentinels.add(SentinelProcess.start(
                        FIRST_SENTINEL + i, lines(setup, nodes.get(0).port())));
            }
            all = new RedisSentinels(nodes, sentinels);
            all.awaitAcquainted();
            return all;
        } catch (RuntimeException | Error e) {
            nodes.forEach(RedisNode::close);
            sentinels.forEach(SentinelProcess::close);
            throw e;
        }
    }

    private static List<String> arguments(Setup setup) {
        List<String> arguments = new ArrayList<>(setup.more());
        if (setup.maxLag() > 0) {
            arguments.addAll(List.of("--min-replicas-to-write", "1"));
            arguments.addAll(List.of("--min-replicas-max-lag", Integer.toString(setup.maxLag())));
        }
        return arguments;
    }

    private static List<String> lines(Setup setup, int masterPort) {
        return List.of(
                "sentinel monitor " + NAME + " 127.0.0.1 " + masterPort + " " + setup.quorum(),
                "sentinel down-after-milliseconds " + NAME + " "
                        + setup.downAfter().toMillis(),
                "sentinel failover-timeout " + NAME + " 3000",
                "sentinel parallel-syncs " + NAME + " 8");
    }

    private void awaitAcquainted() {
        Eventually.within(START_LIMIT, () -> {
            for (SentinelProcess sentinel : sentinels) {
                expect(sentinel, "num-slaves", nodes.size() - 1);
                expect(sentinel, "num-other-sentinels", SENTINELS - 1);
            }
        });
    }

    private static void expect(SentinelProcess sentinel, String fact, int expected) {
        String found = sentinel.facts(NAME).get(fact);
        if (!Integer.toString(expected).equals(found)) {
            throw new IllegalStateException(fact + ": " + found + " (expected: " + expected + ")");
        }
    }

    /** Waits until that many replicas are online at a node. */
    public static void awaitReplicas(RedisNode master, int number) {
        Eventually.within(START_LIMIT, () -> {
            long online = master.command("INFO", "replication")
                    .lines()
                    .filter(line -> line.startsWith("slave") && line.contains("state=online"))
                    .count();
            if (online != number) {
                throw new IllegalStateException(online + " replicas online (expected: " + number + ")");
            }
        });
    }

    /** The ports of the Sentinels. */
    public List<Integer> sentinelPorts() {
        return sentinels.stream().map(SentinelProcess::port).toList();
    }

    /** Sends one command to every Sentinel, and returns their replies as redis-cli would print them. */
    public List<String> commandSentinels(String... words) {
        return sentinels.stream().map(sentinel -> sentinel.command(words)).toList();
    }

    /** All nodes, whatever they are now. */
    public List<RedisNode> nodes() {
        return nodes;
    }

    /** The node that most Sentinels name as the master now. */
    public RedisNode master() {
        return nodes.stream()
                .filter(node -> sentinels.stream()
                                .filter(sentinel -> names(sentinel, node))
                                .count()
                        > SENTINELS / 2)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the Sentinels disagree on the master"));
    }

    private static boolean names(SentinelProcess sentinel, RedisNode node) {
        return sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME).equals("127.0.0.1\n" + node.port());
    }

    /** All nodes but the master. */
    public List<RedisNode> replicas() {
        RedisNode master = master();
        return nodes.stream().filter(node -> node != master).toList();
    }

    /** Waits until most Sentinels name another master that says so itself, and returns it. */
    public RedisNode awaitFailover(RedisNode old, Duration limit) {
        return Eventually.within(limit, () -> {
            RedisNode now = master();
            if (now == old || !now.saysMaster()) {
                throw new IllegalStateException("the master is still " + old);
            }
            return now;
        });
    }

    /** Asks the Sentinels for a failover, as an operator does. */
    public void failover() {
        String reply = sentinels.get(0).command("SENTINEL", "FAILOVER", NAME);
        if (!reply.equals("OK")) {
            throw new IllegalStateException("SENTINEL FAILOVER: " + reply + " (expected: OK)");
        }
    }

    /** Cuts a node off from all other nodes and all Sentinels; clients still reach it. */
    public void isolate(RedisNode node) {
        isolateFromSentinels(node);
        others(node).forEach(node::cutFrom);
    }

    /** Cuts a node off from the Sentinels only. */
    public void isolateFromSentinels(RedisNode node) {
        sentinels.forEach(sentinel -> node.cutFrom(sentinel.source()));
    }

    /** Ends every cut. */
    public void heal() {
        for (RedisNode node : nodes) {
            sentinels.forEach(sentinel -> node.healFrom(sentinel.source()));
            others(node).forEach(node::healFrom);
        }
    }

    /** Waits until every node is up, and replicates from the master that the Sentinels name. */
    public void awaitWhole(Duration limit) {
        Eventually.within(limit, () -> {
            long up = master().command("INFO", "replication")
                    .lines()
                    .filter(line -> line.startsWith("slave") && line.contains("state=online"))
                    .count();
            if (up != nodes.size() - 1) {
                throw new IllegalStateException(up + " replicas online (expected: " + (nodes.size() - 1) + ")");
            }
        });
    }

    /** The node of a port that it is known by. */
    public Optional<RedisNode> node(int port) {
        return nodes.stream().filter(node -> node.port() == port).findFirst();
    }

    private List<RedisNode> others(RedisNode node) {
        return nodes.stream().filter(other -> other != node).toList();
    }

    @Override
    public void close() {
        sentinels.forEach(SentinelProcess::close);
        nodes.forEach(RedisNode::close);
    }
}
