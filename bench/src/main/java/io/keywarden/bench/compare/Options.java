package io.keywarden.bench.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * What was asked for on the command line.
 *
 * @param scale how much is measured
 * @param peers other servers that are measured too
 * @param docs whether the table goes into the documentation, and not only under {@code target}
 */
record Options(Scale scale, List<Peer> peers, boolean docs) {
    static final String USAGE = "bench/compare [--quick] [--docs | --no-docs] [--peer NAME=HOST:PORT]...";

    Options {
        peers = List.copyOf(peers);
    }

    /**
     * Somebody else's server.
     *
     * @param name as it stands in the table
     * @param host of its gRPC port
     * @param port where it answers checks in plaintext
     */
    record Peer(String name, String host, int port) {}

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException if one is none
     */
    static Options parse(String[] arguments) {
        boolean quick = false;
        List<Peer> peers = new ArrayList<>();
        Boolean docs = null;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> quick = true;
                case "--docs" -> docs = true;
                case "--no-docs" -> docs = false;
                case "--peer" -> peers.add(peer(i + 1 < arguments.length ? arguments[++i] : ""));
                default -> throw new IllegalArgumentException(arguments[i] + " (expected: " + USAGE + ")");
            }
        }
        return new Options(quick ? Scale.QUICK : Scale.FULL, peers, docs == null ? !quick : docs);
    }

    private static Peer peer(String text) {
        int equals = text.indexOf('=');
        int colon = text.lastIndexOf(':');
        if (equals < 1 || colon < equals + 2) {
            throw new IllegalArgumentException("--peer " + text + " (expected: NAME=HOST:PORT)");
        }
        return new Peer(
                text.substring(0, equals),
                text.substring(equals + 1, colon),
                Integer.parseInt(text.substring(colon + 1)));
    }
}
