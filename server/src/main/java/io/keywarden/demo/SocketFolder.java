package io.keywarden.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of the socket over which Envoy asks.
 *
 * <p>A temporary one: the kernel takes at most 107 bytes for the path of a socket, and a checkout may lie deeper.
 */
final class SocketFolder implements Teardown.Part {
    private static final String PREFIX = "keywarden-demo-";
    private static final String SOCKET = "check.sock";
    /** Says, in the demo's folder, where the socket is, for a next start that has to clean up. */
    private static final String RECORD = "socket-folder";

    private final Path folder;

    private SocketFolder(Path folder) {
        this.folder = folder;
    }

    static SocketFolder create(DemoFolder demo) throws DemoProblem {
        try {
            SocketFolder created = new SocketFolder(Files.createTempDirectory(PREFIX));
            Files.writeString(demo.file(RECORD), created.folder.toString(), StandardCharsets.UTF_8);
            return created;
        } catch (IOException e) {
            throw new DemoProblem("No temporary folder can be made: " + e + " (expected: " + temporary()
                    + " to be writable; another one is named with JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR).");
        }
    }

    Path socket() {
        return folder.resolve(SOCKET);
    }

    /** Removes what a demo that was killed left behind; a folder of any other kind is not touched. */
    static void removeLeftOver(DemoFolder demo) {
        try {
            Path left = Path.of(Files.readString(demo.file(RECORD), StandardCharsets.UTF_8));
            Path name = left.getFileName();
            if (name != null
                    && name.toString().startsWith(PREFIX)
                    && temporary().equals(left.getParent())) {
                new SocketFolder(left).close();
            }
        } catch (IOException e) {
            // Nothing is written down.
            return;
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(socket());
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // A temporary file, which the system removes in the end.
            return;
        }
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
