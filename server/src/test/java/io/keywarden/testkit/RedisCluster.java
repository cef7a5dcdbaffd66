package io.keywarden.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A Redis Cluster of three masters with replicas: real processes, each of which can be ended, stopped and cut off from the
 * others while clients still reach it. For one thread at a time. Needs Redis 7.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    private static final Duration START_LIMIT = Duration.ofSeconds(40);

    private final List<RedisNode> nodes;

    private RedisCluster(List<RedisNode> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /**
     * What to start.
     *
     * @param replicas how many replicas each master has
     * @param nodeTimeout cluster-node-timeout
     * @param maxLag min-replicas-max-lag, in seconds; min-replicas-to-write is 1; 0 leaves both out
     * @param more further arguments of every Redis
     */
    public record Setup(int replicas, Duration nodeTimeout, int maxLag, List<String> more) {
        /** Copies the list. */
        public Setup {
            more = List.copyOf(more);
        }

        /** One replica each, 1.5 s, no minimum of replicas, and an append-only file. */
        public static Setup usual() {
            return new Setup(1, Duration.ofMillis(1_500), 0, List.of("--save", "", "--appendonly", "yes"));
        }
    }

    /** Starts all of it, and waits until every node says that the cluster is whole. */
    public static RedisCluster start(Setup setup) {
        List<RedisNode> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < MASTERS * (1 + setup.replicas()); i++) {
                nodes.add(RedisNode.startInCluster(i, arguments(setup)));
            }
            RedisCluster cluster = new RedisCluster(nodes);
            cluster.assign();
            cluster.meet();
            cluster.replicate();
            cluster.awaitWhole(START_LIMIT);
            return cluster;
        } catch (RuntimeException | Error e) {
            nodes.forEach(RedisNode::close);
            throw e;
        }
    }

    private static List<String> arguments(Setup setup) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of(
                "--cluster-node-timeout", Long.toString(setup.nodeTimeout().toMillis())));
        // Unless a test says otherwise: a master that has just been promoted may be given a replica of another one,
        // which does not go back.
        arguments.addAll(List.of("--cluster-allow-replica-migration", "no"));
        arguments.addAll(setup.more());
        if (setup.maxLag() > 0) {
            arguments.addAll(List.of("--min-replicas-to-write", "1"));
            arguments.addAll(List.of("--min-replicas-max-lag", Integer.toString(setup.maxLag())));
        }
        return arguments;
    }

    private void assign() {
        for (int i = 0; i < MASTERS; i++) {
            String first = Integer.toString(SLOTS * i / MASTERS);
            String last = Integer.toString(SLOTS * (i + 1) / MASTERS - 1);
            nodes.get(i).commandOk("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            nodes.get(i).commandOk("CLUSTER", "ADDSLOTSRANGE", first, last);
        }
    }

    private void meet() {
        // Each pair once, instead of leaving most of it to gossip, which takes longer.
        for (RedisNode one : nodes) {
            for (RedisNode other : nodes.subList(nodes.indexOf(one) + 1, nodes.size())) {
                one.commandOk(
                        "CLUSTER",
                        "MEET",
                        "127.0.0.1",
                        Integer.toString(other.port()),
                        Integer.toString(other.busPort()));
            }
        }
    }

    private void replicate() {
        for (RedisNode replica : nodes.subList(MASTERS, nodes.size())) {
            String master = nodes.get(nodes.indexOf(replica) % MASTERS).command("CLUSTER", "MYID");
            Eventually.within(START_LIMIT, () -> replica.commandOk("CLUSTER", "REPLICATE", master));
        }
    }

    /** Waits until every node is up and known by all, and every slot has a master with all its replicas. */
    public void awaitWhole(Duration limit) {
        int replicas = nodes.size() / MASTERS - 1;
        Eventually.within(limit, () -> {
            for (RedisNode node : nodes) {
                String info = node.command("CLUSTER", "INFO");
                if (!info.contains("cluster_state:ok") || !info.contains("cluster_known_nodes:" + nodes.size())) {
                    throw new IllegalStateException(node + ": " + info + " (expected: ok, all nodes known)");
                }
            }
            for (RedisNode master : masters()) {
                long online = onlineReplicas(master);
                if (online != replicas) {
                    throw new IllegalStateException(
                            online + " replicas of " + master + " (expected: " + replicas + ")");
                }
            }
            if (masters().size() != MASTERS) {
                throw new IllegalStateException(masters() + " (expected: " + MASTERS + " masters)");
            }
        });
    }

    private static long onlineReplicas(RedisNode master) {
        return master.command("INFO", "replication")
                .lines()
                .filter(line -> line.startsWith("slave") && line.contains("state=online"))
                .count();
    }

    /** All nodes, whatever they are now; the first three were the masters at the start. */
    public List<RedisNode> nodes() {
        return nodes;
    }

    /** The nodes that say that they are masters; one that is cut off says so for longer than it is. */
    public List<RedisNode> masters() {
        return nodes.stream()
                .filter(RedisNode::isUp)
                .filter(RedisNode::saysMaster)
                .toList();
    }

    /** The port that a client needs to find all others. */
    public List<Integer> ports() {
        return nodes.stream().map(RedisNode::port).toList();
    }

    /** The nodes that replicate from this one, by the word of one that is not cut off. */
    public List<RedisNode> replicasOf(RedisNode master) {
        String port = Integer.toString(master.port());
        return nodes.stream()
                .filter(node -> node != master && node.isUp())
                .filter(node -> node.command("ROLE").startsWith("slave\n127.0.0.1\n" + port + "\n"))
                .toList();
    }

    /** The master that a slot has, by the word of this node. */
    public RedisNode owner(int slot, RedisNode asked) {
        List<String> words = asked.command("CLUSTER", "SLOTS").lines().toList();
        // From, to, and then for each node its address, port, id and an empty list of further names.
        for (int i = 0; i + 3 < words.size(); i++) {
            if (isNumber(words.get(i))
                    && isNumber(words.get(i + 1))
                    && words.get(i + 2).equals("127.0.0.1")
                    && Integer.parseInt(words.get(i)) <= slot
                    && slot <= Integer.parseInt(words.get(i + 1))) {
                return byPort(Integer.parseInt(words.get(i + 3)));
            }
        }
        throw new IllegalStateException("slot " + slot + " has no master");
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() < 6 && text.chars().allMatch(Character::isDigit);
    }

    private RedisNode byPort(int port) {
        return nodes.stream()
                .filter(node -> node.port() == port)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("port " + port + " (expected: one of " + ports() + ")"));
    }

    /** The slot of a key, by the word of Redis. */
    public int slot(String key) {
        return Integer.parseInt(nodes.get(0).command("CLUSTER", "KEYSLOT", key));
    }

    /** Waits until another node than this one owns a slot, by the word of the nodes that are up and not that one. */
    public RedisNode awaitFailover(RedisNode old, int slot, Duration limit) {
        return Eventually.within(limit, () -> {
            RedisNode asked = nodes.stream()
                    .filter(node -> node != old && node.isUp() && node.saysMaster())
                    .findFirst()
                    .orElseThrow();
            RedisNode now = owner(slot, asked);
            if (now == old || !now.saysMaster()) {
                throw new IllegalStateException("slot " + slot + " is still of " + old);
            }
            return now;
        });
    }

    /** Makes a replica the master of its master's slots, while that one agrees, at the replica's request. */
    public void failover(RedisNode replica) {
        replica.commandOk("CLUSTER", "FAILOVER");
    }

    /** Makes a replica the master of its master's slots, whatever that one and the other masters say. */
    public void takeover(RedisNode replica) {
        replica.commandOk("CLUSTER", "FAILOVER", "TAKEOVER");
    }

    /** Moves a slot with its keys to another master. */
    public void moveSlot(int slot, RedisNode from, RedisNode to) {
        String number = Integer.toString(slot);
        to.commandOk("CLUSTER", "SETSLOT", number, "IMPORTING", from.command("CLUSTER", "MYID"));
        String target = to.command("CLUSTER", "MYID");
        from.commandOk("CLUSTER", "SETSLOT", number, "MIGRATING", target);
        String keys = from.command("CLUSTER", "GETKEYSINSLOT", number, "1000");
        for (String key : keys.lines().toList()) {
            String moved = from.command("MIGRATE", "127.0.0.1", Integer.toString(to.port()), key, "0", "2000");
            if (!moved.equals("OK")) {
                throw new IllegalStateException("MIGRATE " + key + ": " + moved + " (expected: OK)");
            }
        }
        for (RedisNode node : List.of(to, from)) {
            node.commandOk("CLUSTER", "SETSLOT", number, "NODE", target);
        }
    }

    /** Cuts a node off from all others but these; clients still reach it. */
    public void isolate(RedisNode node, Collection<RedisNode> except) {
        nodes.stream().filter(other -> other != node && !except.contains(other)).forEach(node::cutFrom);
    }

    /** Ends every cut. */
    public void heal() {
        for (RedisNode node : nodes) {
            nodes.stream().filter(other -> other != node).forEach(node::healFrom);
        }
    }

    @Override
    public void close() {
        nodes.forEach(RedisNode::close);
    }
}
