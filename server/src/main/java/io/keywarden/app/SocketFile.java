package io.keywarden.app;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of a Unix socket. */
final class SocketFile {
    private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);
    /** Who shares the file's group may ask too: an Envoy that runs as another user. */
    private static final String MODE = "rw-rw----";

    private SocketFile() {}

    /**
     * Makes room for a socket: removes one that nobody listens on any more, and nothing else.
     *
     * @throws io.keywarden.cli.UserError if something else is there, somebody listens, or the folder is missing
     */
    static void prepare(Path socket) {
        Path folder = socket.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw ListenFailure.ofSocket("the folder " + folder + " does not exist");
        }
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther()) {
                throw ListenFailure.ofSocket(socket + " is there and is not a socket (expected: nothing)");
            }
            if (answers(socket)) {
                throw ListenFailure.ofSocket(socket + " is taken: another process listens on it");
            }
            Files.delete(socket);
        } catch (IOException e) {
            throw ListenFailure.ofSocket(socket + " cannot be replaced: " + e);
        }
    }

    /** Sets who may open the socket. */
    static void restrict(Path socket) throws IOException {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(MODE));
    }

    /** Takes a socket away that nobody listens on any more. */
    static void remove(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("socket_left file={} reason={}", socket, e.toString());
        }
    }

    private static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }
}
