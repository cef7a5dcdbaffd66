package io.keywarden.bench.compare;

import java.util.OptionalLong;

/**
 * A server that is measured.
 *
 * @param name as it stands in the tables
 * @param host where it answers checks, in plaintext
 * @param port where it answers checks
 * @param pid its process; empty for one that somebody else started, whose CPU time can't be read
 */
record Contender(String name, String host, int port, OptionalLong pid) {
    /** A server that this run started. */
    static Contender ours(String name, int port, long pid) {
        return new Contender(name, "127.0.0.1", port, OptionalLong.of(pid));
    }

    String address() {
        return host + ":" + port;
    }

    /** Its CPU time so far, in microseconds; NaN where it can't be read. */
    double cpuMicros() {
        return pid.isPresent() ? Proc.cpuMicros(pid.getAsLong()) : Double.NaN;
    }
}
