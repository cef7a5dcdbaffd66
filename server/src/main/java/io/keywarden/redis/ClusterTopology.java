package io.keywarden.redis;

import io.keywarden.redis.RedisSettings.Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The masters of a cluster. All nodes that are known are asked, and the one that has seen the greatest configuration epoch is
 * believed, since epochs grow with every failover: a node that is cut off does not outvote the others by answering sooner.
 * Nothing rests on this answer being right: an old master cannot renew a lease.
 */
final class ClusterTopology implements TopologySource {
    private final NodeConnections nodes;
    private final RedisSettings.Location.Cluster location;
    private final Families families = new Families();
    /** Where the nodes were last time, so that the cluster is found when all seeds are gone. */
    private volatile Set<Address> known = Set.of();

    ClusterTopology(NodeConnections nodes, RedisSettings.Location.Cluster location) {
        this.nodes = nodes;
        this.location = location;
    }

    @Override
    public CompletionStage<Topology> read() {
        List<Address> all = Stream.concat(location.seeds().stream(), known.stream())
                .distinct()
                .toList();
        return nodes.askAll(
                        all,
                        (address, commands) ->
                                commands.clusterNodes().toCompletableFuture().thenApply(text -> parse(text, address)))
                .thenApply(answers -> {
                    List<ClusterNode> view = newest(answers.found().values());
                    if (view.isEmpty()) {
                        throw NodeConnections.nobody("node", answers);
                    }
                    known = view.stream()
                            .filter(node -> node.address().port() > 0)
                            .map(ClusterNode::address)
                            .collect(Collectors.toUnmodifiableSet());
                    return families.topology(view);
                });
    }

    static List<ClusterNode> parse(String text, Address asked) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> ClusterNode.parse(line, asked))
                .toList();
    }

    private static List<ClusterNode> newest(Collection<List<ClusterNode>> views) {
        return views.stream()
                .filter(view -> view.stream().anyMatch(ClusterNode::ownsSlots))
                .max(Comparator.comparingLong((List<ClusterNode> view) -> view.stream()
                                .mapToLong(ClusterNode::epoch)
                                .max()
                                .orElse(0))
                        // One of the same age that knows more, such as a replica that has just come.
                        .thenComparing(List::size))
                .orElse(List.of());
    }

    /**
     * Remembers which nodes stood in for each other. A master that was failed over owns no slots and is nobody's replica until
     * it is back, but then it is one of its successor's: it has to be counted all the time.
     */
    static final class Families {
        /** The family of a node, named after its first master, by the ids of the nodes. Guarded by this. */
        private final Map<String, String> byNode = new HashMap<>();

        synchronized Topology topology(List<ClusterNode> view) {
            view.stream().filter(node -> !node.isReplica()).forEach(node -> byNode.putIfAbsent(node.id(), node.id()));
            view.stream()
                    .filter(ClusterNode::isReplica)
                    .forEach(node -> byNode.put(node.id(), byNode.getOrDefault(node.master(), node.master())));
            byNode.keySet().retainAll(view.stream().map(ClusterNode::id).collect(Collectors.toSet()));
            List<Topology.Master> masters = new ArrayList<>();
            for (ClusterNode node : view) {
                if (node.ownsSlots()) {
                    masters.add(new Topology.Master(node.address(), replicas(node, view), node.slots()));
                }
            }
            masters.sort(Comparator.comparingInt(master -> master.slots().get(0).first()));
            return Topology.of(masters);
        }

        private synchronized int replicas(ClusterNode master, List<ClusterNode> view) {
            String family = byNode.getOrDefault(master.id(), master.id());
            return (int) view.stream()
                    .filter(node -> !node.ownsSlots())
                    .filter(node -> family.equals(byNode.get(node.id())))
                    .count();
        }
    }
}
