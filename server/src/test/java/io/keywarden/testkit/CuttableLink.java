package io.keywarden.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A TCP port that forwards to another one of this machine until it is told not to. Who connects is told apart by its source
 * address, so that some can be cut off and others not. What is cut is held and not lost: it arrives after healing, as it
 * does after a real partition. A connection that is made to a cut port seems to be open, and nothing comes of it. Safe for
 * use by several threads.
 */
public final class CuttableLink implements AutoCloseable {
    /** The source address of whoever did not choose another one: the programs under test, and the tests. */
    public static final String CLIENTS = "127.0.0.1";

    private static final int CONNECT_MILLIS = 1_000;
    private static final int CHUNK = 1 << 16;
    private static final int BACKLOG = 256;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final ServerSocket listener;
    private final int target;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private volatile Watch watch = new Watch("", new AtomicInteger());

    private CuttableLink(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    /** What clients say that is counted; nothing where the text is empty. */
    private record Watch(String text, AtomicInteger seen) {
        void look(byte[] chunk, int length) {
            if (!text.isEmpty() && new String(chunk, 0, length, StandardCharsets.ISO_8859_1).contains(text)) {
                seen.incrementAndGet();
            }
        }
    }

    /** Which way bytes go. */
    public enum Direction {
        /** From who connected. */
        TO_SERVER,
        /** To who connected. */
        TO_CLIENT
    }

    /** Opens a free port that forwards to that one, where nothing has to listen yet. */
    public static CuttableLink to(int port) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            CuttableLink link = new CuttableLink(listener, port);
            thread("accept", link::accept);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port to connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Holds what this source address sends or is sent, from now on. */
    public void cut(String source, Direction direction) {
        lane(source).cut(direction, true);
    }

    /** Holds both directions. */
    public void cut(String source) {
        cut(source, Direction.TO_SERVER);
        cut(source, Direction.TO_CLIENT);
    }

    /** Lets go on what was held. */
    public void heal(String source) {
        lane(source).cut(Direction.TO_SERVER, false);
        lane(source).cut(Direction.TO_CLIENT, false);
    }

    /** Lets one piece of what is held go on, as it was read at once, and goes on holding the rest. */
    public void passOne(String source, Direction direction) {
        lane(source).passOne(direction);
    }

    /** Makes each direction take so long, and up to twice that where there is much to send. */
    public void delay(String source, Duration delay) {
        lane(source).delayMillis = delay.toMillis();
    }

    /** Ends the connections of this source address that there are now. */
    public void disconnect(String source) {
        for (Wire wire : List.copyOf(wires)) {
            if (wire.source.equals(source)) {
                wire.close();
            }
        }
    }

    /** Counts the pieces with this text in them that have gone from clients to the server from now on; one text at a time. */
    public AtomicInteger count(String text) {
        AtomicInteger seen = new AtomicInteger();
        watch = new Watch(text, seen);
        return seen;
    }

    @Override
    public void close() {
        quietly(listener);
        List.copyOf(wires).forEach(Wire::close);
    }

    private Lane lane(String source) {
        return lanes.computeIfAbsent(source, any -> new Lane());
    }

    private void accept() {
        while (!listener.isClosed()) {
            Socket client = accepted();
            if (client != null) {
                thread("connect", () -> open(client));
            }
        }
    }

    private @Nullable Socket accepted() {
        try {
            return listener.accept();
        } catch (IOException e) {
            return null;
        }
    }

    private void open(Socket client) {
        Socket server = new Socket();
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
            Wire wire = new Wire(client.getInetAddress().getHostAddress(), client, server);
            wires.add(wire);
            if (listener.isClosed()) {
                wire.close();
            }
            thread("back", () -> wire.pump(server, client, Direction.TO_CLIENT));
            wire.pump(client, server, Direction.TO_SERVER);
        } catch (IOException e) {
            quietly(client);
            quietly(server);
        }
    }

    private static void quietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is over either way.
        }
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, "link-" + name + "-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
    }

    /** What becomes of the bytes of one source address. */
    private static final class Lane {
        private final Map<Direction, Integer> passes = new EnumMap<>(Direction.class);
        private boolean toServerCut;
        private boolean toClientCut;
        private volatile long delayMillis;

        synchronized void cut(Direction direction, boolean cut) {
            if (direction == Direction.TO_SERVER) {
                toServerCut = cut;
            } else {
                toClientCut = cut;
            }
            passes.remove(direction);
            notifyAll();
        }

        synchronized void passOne(Direction direction) {
            passes.merge(direction, 1, Integer::sum);
            notifyAll();
        }

        private boolean mayPass(Direction direction) {
            boolean cut = direction == Direction.TO_SERVER ? toServerCut : toClientCut;
            int left = passes.getOrDefault(direction, 0);
            if (cut && left > 0) {
                passes.put(direction, left - 1);
            }
            return !cut || left > 0;
        }

        /** Waits for as long as nothing may pass. */
        void await(Direction direction) throws InterruptedException {
            long delay = delayMillis;
            if (delay > 0) {
                Thread.sleep(delay);
            }
            synchronized (this) {
                while (!mayPass(direction)) {
                    wait();
                }
            }
        }
    }

    /** One connection, both ends of it. */
    private final class Wire {
        private final String source;
        private final Socket client;
        private final Socket server;

        Wire(String source, Socket client, Socket server) {
            this.source = source;
            this.client = client;
            this.server = server;
        }

        /** Forwards one direction to its end. An end that comes while it is cut is held too. */
        void pump(Socket from, Socket to, Direction direction) {
            byte[] chunk = new byte[CHUNK];
            try {
                int length = from.getInputStream().read(chunk);
                while (length >= 0) {
                    lane(source).await(direction);
                    to.getOutputStream().write(chunk, 0, length);
                    if (direction == Direction.TO_SERVER && source.equals(CLIENTS)) {
                        watch.look(chunk, length);
                    }
                    length = from.getInputStream().read(chunk);
                }
            } catch (IOException e) {
                // Ends like an end of the stream.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            finish(direction);
        }

        private void finish(Direction direction) {
            try {
                lane(source).await(direction);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            close();
        }

        void close() {
            wires.remove(this);
            quietly(client);
            quietly(server);
        }
    }
}
