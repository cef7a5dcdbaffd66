package io.keywarden.redis;

import io.keywarden.store.StoreCondition.Condition;
import io.keywarden.token.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Judges what the masters say of themselves by what Keywarden promises. */
final class RedisCondition {
    private static final int EPOCH_BYTES = 16;

    private final boolean standalone;
    private final int wanted;
    private final List<String> weaknesses = new ArrayList<>();

    private RedisCondition(boolean standalone, int wanted) {
        this.standalone = standalone;
        this.wanted = wanted;
    }

    /**
     * Judges; empty as long as not all masters are connected.
     *
     * @param standalone whether nothing ever takes the place of Redis
     * @param wanted how many replicas have to confirm a write
     */
    static Optional<Condition> of(RedisMasters.View view, boolean standalone, int wanted) {
        List<Master> masters = new ArrayList<>();
        for (int i = 0; i < view.links().size(); i++) {
            RedisLink.Session session = view.links().get(i).session();
            if (session == null) {
                return Optional.empty();
            }
            String connection = Integer.toString(System.identityHashCode(session.connection()));
            masters.add(new Master(view.topology().masters().get(i), session.server(), connection));
        }
        return masters.isEmpty()
                ? Optional.empty()
                : Optional.of(new RedisCondition(standalone, wanted).judge(masters));
    }

    /**
     * A master.
     *
     * @param place where it is
     * @param server what it says of itself
     * @param connection which connection there is to it, by which a restart is noticed where it says nothing
     */
    record Master(Topology.Master place, RedisServer server, String connection) {
        String epoch() {
            RedisServer.Run run = server.run();
            return place.address() + " " + place.slots() + " "
                    + (run.isKnown() ? run.id() + " " + run.replicationId() : connection);
        }
    }

    /** Judges masters, of which there is at least one. */
    static Condition of(List<Master> masters, boolean standalone, int wanted) {
        return new RedisCondition(standalone, wanted).judge(masters);
    }

    private Condition judge(List<Master> masters) {
        StringBuilder epochs = new StringBuilder();
        for (Master master : masters) {
            epochs.append(master.epoch()).append('\n');
            look(master);
        }
        if (!standalone && wanted == 0) {
            weaknesses.add(
                    "admin.replicas is 0 (expected: 1 or more): no write is confirmed by a replica, and a failover"
                            + " may bring back what was revoked");
        }
        return new Condition(
                digest(epochs.toString()),
                standalone,
                masters.stream().allMatch(master -> master.server().appendOnly()),
                weaknesses);
    }

    private void look(Master master) {
        String at = "Redis at " + master.place().address();
        RedisServer server = master.server();
        if (!server.run().isKnown()) {
            weaknesses.add(at + " does not let this user ask INFO: what it guarantees is not known");
            return;
        }
        lookAtVersion(at, server);
        lookAtFile(at, server);
        server.advice()
                .ifPresent(advice -> weaknesses.add(at + ": " + advice + ", or it drops records when it is full"));
        lookAtReplicas(at, master);
    }

    private void lookAtVersion(String at, RedisServer server) {
        if (!server.knowsScriptFlags()) {
            weaknesses.add(at + " is " + server.major() + "." + server.minor()
                    + " (expected: 7.0 or newer): when it is full it refuses revocations too");
        }
    }

    private void lookAtFile(String at, RedisServer server) {
        if (!server.appendOnly()) {
            weaknesses.add(at
                    + " keeps no append-only file (expected: appendonly yes): a restart brings back what was revoked");
        } else if (standalone && server.appendFsync().isEmpty()) {
            weaknesses.add(
                    at + " does not let this user ask CONFIG GET: it is not known whether appendfsync is always");
        } else if (standalone && !server.hasWritesOnDisk()) {
            weaknesses.add(at + ": appendfsync is " + server.appendFsync().orElse("")
                    + " (expected: always): a crash may lose the last second, and what was revoked then is open until"
                    + " Admin has revoked it again from its journal");
        }
    }

    private void lookAtReplicas(String at, Master master) {
        int connected = master.server().connectedReplicas();
        if (standalone && connected > 0) {
            weaknesses.add(at + " has " + connected + " replicas, one of which may be promoted while nobody is told"
                    + " (expected: redis.sentinel or redis.cluster)");
        } else if (!standalone && connected < wanted) {
            weaknesses.add(at + " has " + connected + " of " + master.place().replicas()
                    + " replicas connected (expected: " + wanted + " or more): writes are not confirmed");
        }
    }

    private static String digest(String text) {
        byte[] digest = Sha256.begin().digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, EPOCH_BYTES);
    }
}
