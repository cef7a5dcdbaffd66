package io.keywarden.redis;

import io.keywarden.redis.RedisSettings.Location;
import io.lettuce.core.RedisClient;
import java.util.concurrent.CompletionStage;

/** Says which masters there are now. Safe for use by several threads. */
interface TopologySource {
    /**
     * Asks. Never blocks, and completes within a second on any thread; exceptionally, with a text for people, where nobody
     * could say.
     */
    CompletionStage<Topology> read();

    /** Makes the one for a location. Its connections end with the client. */
    static TopologySource of(RedisClient client, RedisSettings settings) {
        Location location = settings.location();
        if (location instanceof Location.Sentinel sentinel) {
            NodeConnections nodes = new NodeConnections(client, address -> RedisClients.uri(sentinel, address));
            return new SentinelTopology(nodes, sentinel);
        }
        if (location instanceof Location.Cluster cluster) {
            NodeConnections nodes = new NodeConnections(client, address -> RedisClients.uri(settings, address));
            return new ClusterTopology(nodes, cluster);
        }
        return new StandaloneTopology(location.addresses().get(0));
    }
}
