package io.keywarden.redis;

import io.keywarden.redis.RedisSettings.Address;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The master that the Sentinels name. All are asked, and the one with the greatest configuration epoch is believed: an epoch
 * is given to a failover by a majority of them, so a greater one is the newer one, and a Sentinel that is cut off with the old
 * master does not outvote the others by answering sooner. Nothing rests on this answer being right: an old master cannot
 * renew a lease. Of the replicas' numbers the largest counts, since too small a number is what would weaken that proof; and
 * they are the Sentinels' numbers, who remember replicas that are gone, while a master forgets them.
 */
final class SentinelTopology implements TopologySource {
    private final NodeConnections nodes;
    private final RedisSettings.Location.Sentinel location;

    SentinelTopology(NodeConnections nodes, RedisSettings.Location.Sentinel location) {
        this.nodes = nodes;
        this.location = location;
    }

    /** What one Sentinel says. */
    record Opinion(long epoch, Address master, int replicas) {}

    @Override
    public CompletionStage<Topology> read() {
        return nodes.askAll(location.sentinels(), (address, commands) -> ask(commands))
                .thenApply(answers -> {
                    List<Opinion> opinions = List.copyOf(answers.found().values());
                    if (opinions.isEmpty()) {
                        throw NodeConnections.nobody("Sentinel", answers);
                    }
                    return agree(opinions);
                });
    }

    /** What follows from some opinions, of which there is at least one. */
    static Topology agree(List<Opinion> opinions) {
        Opinion newest = opinions.stream()
                .max(Comparator.comparingLong(Opinion::epoch)
                        .thenComparing(opinion -> opinion.master().toString()))
                .orElseThrow();
        int replicas = opinions.stream().mapToInt(Opinion::replicas).max().orElseThrow();
        return Topology.of(List.of(Topology.Master.ofAll(newest.master(), replicas)));
    }

    private CompletableFuture<Opinion> ask(RedisAsyncCommands<String, String> commands) {
        // The address has a question of its own, since only its answer is the new master's as soon as there is one.
        CompletableFuture<List<String>> address = commands.dispatch(
                        CommandType.SENTINEL,
                        new ValueListOutput<>(StringCodec.UTF8),
                        question("GET-MASTER-ADDR-BY-NAME"))
                .toCompletableFuture();
        CompletableFuture<Map<String, String>> facts = commands.dispatch(
                        CommandType.SENTINEL, new MapOutput<>(StringCodec.UTF8), question("MASTER"))
                .toCompletableFuture();
        return address.thenCombine(facts, this::opinion);
    }

    private CommandArgs<String, String> question(String kind) {
        return new CommandArgs<>(StringCodec.UTF8).add(kind).add(location.master());
    }

    private Opinion opinion(List<String> address, Map<String, String> facts) {
        if (address.size() != 2) {
            throw new IllegalStateException("it knows no master " + location.master());
        }
        return new Opinion(
                Long.parseLong(facts.getOrDefault("config-epoch", "0")),
                new Address(address.get(0), Integer.parseInt(address.get(1)), location.tls()),
                Integer.parseInt(facts.getOrDefault("num-slaves", "0")));
    }
}
