package io.keywarden.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One server, which nothing ever takes the place of. */
final class StandaloneTopology implements TopologySource {
    private final Topology topology;

    StandaloneTopology(RedisSettings.Address address) {
        this.topology = Topology.of(List.of(Topology.Master.ofAll(address, 0)));
    }

    @Override
    public CompletionStage<Topology> read() {
        return CompletableFuture.completedFuture(topology);
    }
}
