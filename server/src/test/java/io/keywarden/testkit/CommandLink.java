package io.keywarden.testkit;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port in front of a Redis of this machine for one client, that sees each of its commands. At a chosen one it ends all
 * connections and takes no other, which is what Redis sees of a client that is killed. Safe for use by several threads.
 */
public final class CommandLink implements AutoCloseable {
    /** What a client asks for when it connects and later on, whatever it has to do. */
    private static final Set<String> HOUSEKEEPING = Set.of("HELLO", "CLIENT", "INFO", "CONFIG", "PING", "ROLE");

    private static final int ANSWER_SECONDS = 5;
    private static final int CHUNK = 1 << 16;

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger seen = new AtomicInteger();
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile End end = new End(0, Moment.BEFORE);
    private volatile boolean swallows;
    private volatile boolean ended;

    private CommandLink(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    /** When it ends. */
    public enum Moment {
        /** The command never gets to Redis. */
        BEFORE,
        /** Redis has done it, and its answer never gets to the client. */
        AFTER
    }

    private record End(int number, Moment moment) {}

    /** Opens a free port that leads to that one. */
    public static CommandLink to(int port) {
        try {
            CommandLink link = new CommandLink(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), port);
            thread(link::accept);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port to connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Ends at the command of that number, from 1, of those that come from now on and are no housekeeping. */
    public void endAt(int number, Moment moment) {
        seen.set(0);
        end = new End(number, moment);
    }

    /** Whether the command came at which it ends. */
    public boolean hasEnded() {
        return ended;
    }

    @Override
    public void close() {
        quietly(listener);
        sockets.forEach(CommandLink::quietly);
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                open(listener.accept());
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void open(Socket client) throws IOException {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        sockets.addAll(List.of(client, server));
        thread(() -> forward(client, server));
        thread(() -> back(server, client));
    }

    private void forward(Socket client, Socket server) {
        try (client;
                server) {
            InputStream in = new BufferedInputStream(client.getInputStream(), CHUNK);
            while (pass(Command.read(in), server)) {
                // The next one.
            }
        } catch (IOException e) {
            // One of them has gone.
        }
    }

    /** Passes a command on; false where all is over. */
    private boolean pass(Command command, Socket server) throws IOException {
        boolean last = !HOUSEKEEPING.contains(command.name()) && seen.incrementAndGet() == end.number();
        if (last && end.moment() == Moment.AFTER) {
            swallows = true;
            command.bytes().writeTo(server.getOutputStream());
            awaitAnswer();
        } else if (!last) {
            command.bytes().writeTo(server.getOutputStream());
        }
        if (last) {
            ended = true;
            close();
        }
        return !last;
    }

    private void awaitAnswer() throws IOException {
        try {
            if (!answered.await(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("Redis does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void back(Socket server, Socket client) {
        byte[] chunk = new byte[CHUNK];
        try (client;
                server) {
            for (int n = server.getInputStream().read(chunk);
                    n >= 0;
                    n = server.getInputStream().read(chunk)) {
                if (swallows) {
                    answered.countDown();
                } else {
                    client.getOutputStream().write(chunk, 0, n);
                }
            }
        } catch (IOException e) {
            // One of them has gone.
        }
    }

    private static void quietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is over either way.
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "command-link");
        thread.setDaemon(true);
        thread.start();
    }

    /** A command as it was sent. */
    private record Command(String name, ByteString bytes) {
        static Command read(InputStream in) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            int words = number(in, '*', all);
            String name = "";
            for (int i = 0; i < words; i++) {
                byte[] word = in.readNBytes(number(in, '$', all) + 2);
                all.writeBytes(word);
                if (i == 0) {
                    name = new String(word, StandardCharsets.US_ASCII).strip().toUpperCase(Locale.ROOT);
                }
            }
            return new Command(name, ByteString.copyFrom(all.toByteArray()));
        }

        private static int number(InputStream in, char kind, ByteArrayOutputStream all) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("the client has gone");
                }
                all.write(next);
                line.append((char) next);
            }
            all.write('\n');
            if (line.charAt(0) != kind) {
                throw new IOException("'" + line.charAt(0) + "' (expected: '" + kind + "', as in every command)");
            }
            return Integer.parseInt(line.substring(1).strip());
        }
    }
}
