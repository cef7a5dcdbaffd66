package io.keywarden.admin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes and reads small files that only the user of this process may touch. A file is there whole, or not at all. */
final class PrivateFiles {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /** Writes a file in one step, mode 0600; makes its directory, mode 0700, where there is none. */
    static void write(Path file, String text) throws IOException {
        Path directory = makeDirectoryOf(file);
        Path draft = Files.createTempFile(directory, ".", ".new", ownersAlone());
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            // Without this, a crash of the machine could undo the move.
            channel.force(true);
        }
    }

    /** Makes the directory of a file, mode 0700, where there is none. */
    static Path makeDirectoryOf(Path file) throws IOException {
        Path directory = file.toAbsolutePath().resolveSibling("");
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY));
        }
        return directory;
    }

    /** The mode of a file that is made: 0600. */
    static FileAttribute<Set<PosixFilePermission>> ownersAlone() {
        return PosixFilePermissions.asFileAttribute(OWNER);
    }

    /**
     * Reads a file.
     *
     * @throws IOException also if others than the owner may read or write it
     */
    static String read(Path file) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (!OWNER.containsAll(mode)) {
            throw new IOException(file + " has mode " + PosixFilePermissions.toString(mode)
                    + " (expected: 0600; chmod 600 " + file + ")");
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
