package io.keywarden.testkit;

import io.keywarden.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One Redis of several, which all others know by the ports of its links only. It connects to others from a source address
 * of its own, so that any two of them can be cut apart while clients still reach both. Needs Redis 7.
 */
public final class RedisNode implements AutoCloseable {
    private static final String SOURCES = "127.1.0.";

    private final RedisProcess process;
    private final String source;
    private final CuttableLink link;
    private final Optional<CuttableLink> bus;
    private boolean paused;

    private RedisNode(RedisProcess process, String source, CuttableLink link, Optional<CuttableLink> bus) {
        this.process = process;
        this.source = source;
        this.link = link;
        this.bus = bus;
    }

    /** The source address with that number, of a node or a Sentinel. */
    static String source(int number) {
        return SOURCES + (number + 1);
    }

    /** Starts a node that is alone so far. */
    static RedisNode start(int number, List<String> more) {
        int port = freePort();
        CuttableLink link = CuttableLink.to(port);
        List<String> arguments = arguments(number, more);
        arguments.addAll(List.of("--replica-announce-ip", "127.0.0.1"));
        arguments.addAll(List.of("--replica-announce-port", Integer.toString(link.port())));
        return new RedisNode(RedisProcess.onPort(port, arguments), source(number), link, Optional.empty());
    }

    /** Starts a node of a cluster that it is to meet yet. */
    static RedisNode startInCluster(int number, List<String> more) {
        int port = freePort();
        int busPort = freePort();
        CuttableLink link = CuttableLink.to(port);
        CuttableLink bus = CuttableLink.to(busPort);
        List<String> arguments = arguments(number, more);
        arguments.addAll(List.of("--cluster-enabled", "yes", "--cluster-port", Integer.toString(busPort)));
        arguments.addAll(List.of("--cluster-announce-ip", "127.0.0.1"));
        arguments.addAll(List.of("--cluster-announce-port", Integer.toString(link.port())));
        arguments.addAll(List.of("--cluster-announce-bus-port", Integer.toString(bus.port())));
        return new RedisNode(RedisProcess.onPort(port, arguments), source(number), link, Optional.of(bus));
    }

    private static List<String> arguments(int number, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of("--bind-source-addr", source(number)));
        // A full synchronization without the usual pause for more replicas, which tests would wait for.
        arguments.addAll(List.of("--repl-diskless-sync-delay", "0"));
        arguments.addAll(more);
        return arguments;
    }

    static int freePort() {
        try {
            return Ports.free(1).get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port that it is known by. */
    public int port() {
        return link.port();
    }

    /** The port of its cluster bus that it is known by. */
    int busPort() {
        return bus.orElseThrow().port();
    }

    /** The link that everybody else speaks to it through. */
    public CuttableLink link() {
        return link;
    }

    /** The process itself; its port is known to no other. */
    public RedisProcess process() {
        return process;
    }

    /** The source address of its own connections. */
    public String source() {
        return source;
    }

    /** Sends one command to it whatever is cut, and returns the reply as redis-cli would print it. */
    public String command(String... words) {
        return process.command(words);
    }

    /** Sends one command that has to be answered with OK. */
    void commandOk(String... words) {
        String reply = command(words);
        if (!reply.equals("OK")) {
            throw new IllegalStateException(Arrays.toString(words) + ": " + reply + " (expected: OK)");
        }
    }

    /** Whether it says that it is a master now. */
    public boolean saysMaster() {
        return command("ROLE").startsWith("master");
    }

    /** Ends it with no chance to say goodbye. */
    public void kill() {
        paused = false;
        process.kill();
    }

    /** Starts it again on its port and folder, with the arguments of its first start. */
    public void restart() {
        paused = false;
        process.restart();
    }

    /** Stops it where it is. */
    public void pause() {
        paused = true;
        Signals.stop(process.pid());
    }

    /** Lets it go on. */
    public void resume() {
        paused = false;
        Signals.resume(process.pid());
    }

    /** Whether it runs and is not stopped. */
    public boolean isUp() {
        return !paused && process.isRunning();
    }

    /** Makes a replica of that node, at its word and not at that of a Sentinel or cluster. */
    public void follow(RedisNode master) {
        String reply = command("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
        if (!reply.startsWith("OK")) {
            throw new IllegalStateException("REPLICAOF " + master + ": " + reply + " (expected: OK)");
        }
    }

    /** Makes a master, at its word and not at that of a Sentinel. */
    public void promote() {
        commandOk("REPLICAOF", "NO", "ONE");
    }

    /** Holds everything between it and another node, both ways, on connections of either. */
    public void cutFrom(RedisNode other) {
        cutFrom(other.source);
        other.cutFrom(source);
    }

    /** Holds what the node or Sentinel with that source address says to it and hears from it. */
    void cutFrom(String other) {
        link.cut(other);
        bus.ifPresent(wire -> wire.cut(other));
    }

    /** Ends {@link #cutFrom(RedisNode)}. */
    public void healFrom(RedisNode other) {
        healFrom(other.source);
        other.healFrom(source);
    }

    void healFrom(String other) {
        link.heal(other);
        bus.ifPresent(wire -> wire.heal(other));
    }

    @Override
    public void close() {
        process.close();
        link.close();
        bus.ifPresent(CuttableLink::close);
    }

    @Override
    public String toString() {
        return "redis:" + port();
    }
}
