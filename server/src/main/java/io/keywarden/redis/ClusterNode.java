package io.keywarden.redis;

import io.keywarden.redis.RedisSettings.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One line of the answer to {@code CLUSTER NODES}.
 *
 * @param id its name in the cluster
 * @param address where it is; port 0 where the cluster has no address for it
 * @param isReplica whether it is a replica, dead or alive
 * @param master the id of its master; empty for a master
 * @param epoch its configuration epoch, or its master's
 * @param slots what it owns
 */
record ClusterNode(
        String id, Address address, boolean isReplica, String master, long epoch, List<Topology.SlotRange> slots) {
    private static final int SLOTS_START = 8;

    ClusterNode {
        slots = List.copyOf(slots);
    }

    boolean ownsSlots() {
        return !isReplica && !slots.isEmpty();
    }

    /**
     * Reads one.
     *
     * @param asked who was asked: its host stands for one that is left out, and TLS is spoken with all or with none
     */
    static ClusterNode parse(String line, Address asked) {
        String[] fields = line.strip().split(" ", -1);
        if (fields.length < SLOTS_START) {
            throw new IllegalArgumentException(
                    "cluster node with " + fields.length + " fields (expected: at least " + SLOTS_START + ")");
        }
        Set<String> flags = Set.of(fields[2].split(",", -1));
        boolean replica = flags.contains("slave");
        return new ClusterNode(
                fields[0],
                flags.contains("noaddr") ? new Address("", 0, asked.tls()) : address(fields[1], asked),
                replica,
                replica ? fields[3] : "",
                Long.parseLong(fields[6]),
                slots(fields));
    }

    /** Reads {@code IP:PORT@BUSPORT,HOSTNAME,…}. */
    private static Address address(String text, Address asked) {
        String[] parts = text.split(",", -1);
        String endpoint = parts[0].split("@", -1)[0];
        int colon = endpoint.lastIndexOf(':');
        String ip = endpoint.substring(0, Math.max(colon, 0));
        String hostname = parts.length > 1 && !parts[1].contains("=") ? parts[1] : "";
        // A certificate is for a name.
        String host = asked.tls() && !hostname.isEmpty() ? hostname : ip;
        return new Address(
                host.isEmpty() ? asked.host() : host, Integer.parseInt(endpoint.substring(colon + 1)), asked.tls());
    }

    private static List<Topology.SlotRange> slots(String[] fields) {
        List<Topology.SlotRange> slots = new ArrayList<>();
        for (int i = SLOTS_START; i < fields.length; i++) {
            String field = fields[i];
            // In brackets stands what is being moved, which still belongs to who owned it.
            if (!field.isEmpty() && field.charAt(0) != '[') {
                int dash = field.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? field : field.substring(0, dash));
                slots.add(
                        new Topology.SlotRange(first, dash < 0 ? first : Integer.parseInt(field.substring(dash + 1))));
            }
        }
        return slots;
    }
}
