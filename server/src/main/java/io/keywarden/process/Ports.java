package io.keywarden.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** TCP ports of the loopback interface: which are free, and who holds one that is not. */
public final class Ports {
    private static final Path PROC = Path.of("/proc");
    /** State of a listening socket in the kernel's table. */
    private static final String LISTENING = "0A";

    private static final int LOWEST = 12_000;
    private static final int HIGHEST = 32_000;
    private static final int MAX_TRIES = 1_000;

    private Ports() {}

    /** A process that listens on a port. */
    public record Holder(long pid, String command) {}

    /** Whether a server could listen on the port right now; another process may still take it first. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = listen(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * As many different free ports as asked for. They are below those that systems give to whoever asks for any, since one of
     * those may be somebody else's by the time that a server wants it.
     */
    public static List<Integer> free(int count) throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (int tries = 0; ports.size() < count && tries < MAX_TRIES; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (!ports.contains(port) && isFree(port)) {
                ports.add(port);
            }
        }
        if (ports.size() < count) {
            throw new IOException(
                    ports.size() + " free ports from " + LOWEST + " to " + HIGHEST + " (expected: " + count + ")");
        }
        return List.copyOf(ports);
    }

    /** The process that listens on the port; none also when it belongs to a user into whom we can't see. */
    public static Optional<Holder> holder(int port) {
        try {
            Set<String> links = new HashSet<>();
            for (String table : List.of("tcp", "tcp6")) {
                inodes(PROC.resolve("net").resolve(table), port).forEach(inode -> links.add("socket:[" + inode + "]"));
            }
            return links.isEmpty() ? Optional.empty() : holderOf(links);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            // A port whose last connections still linger is free to a server that says so, as all of ours do.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static List<String> inodes(Path table, int port) throws IOException {
        if (!Files.isReadable(table)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(table)) {
            return lines.skip(1)
                    .map(line -> line.strip().split("\\s+", -1))
                    .filter(columns -> columns.length > 9 && columns[3].equals(LISTENING))
                    .filter(columns -> portOf(columns[1]) == port)
                    .map(columns -> columns[9])
                    .toList();
        }
    }

    private static int portOf(String hexAddress) {
        return Integer.parseInt(hexAddress.substring(hexAddress.indexOf(':') + 1), 16);
    }

    private static Optional<Holder> holderOf(Set<String> links) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holdsAny(process.resolve("fd"), links)) {
                    long pid = Long.parseLong(process.getFileName().toString());
                    return Optional.of(new Holder(pid, commandOf(pid)));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holdsAny(Path descriptors, Set<String> links) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : open) {
                if (links.contains(target(descriptor))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            // Another user's process, or one that just ended.
            return false;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String commandOf(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .orElse("unknown");
    }
}
