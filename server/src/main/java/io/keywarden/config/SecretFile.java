package io.keywarden.config;

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
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Files that hold secrets: only their owner may be able to read them. */
public final class SecretFile {
    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private SecretFile() {}

    /** What is wrong with a file that should hold a secret; empty if nothing is. */
    public static Optional<String> problem(Path file) {
        Optional<String> unreadable = problemOfAny(file);
        if (unreadable.isPresent()) {
            return unreadable;
        }
        return othersMayReach(file)
                ? Optional.of(
                        file + " holds a secret, and others than its owner may read or write it (expected: chmod 600 "
                                + file + ")")
                : Optional.empty();
    }

    /** What is wrong with a file that should be readable; empty if nothing is. */
    static Optional<String> problemOfAny(Path file) {
        if (!Files.exists(file)) {
            return Optional.of(file + " does not exist");
        }
        if (!Files.isRegularFile(file)) {
            return Optional.of(file + " is not a file");
        }
        return Files.isReadable(file) ? Optional.empty() : Optional.of(file + " cannot be read by this user");
    }

    /**
     * Reads a password or token: the whole file without the line end.
     *
     * @throws IOException if it cannot be read, is empty, or others may read it; the message says what to do
     */
    public static String read(Path file) throws IOException {
        Optional<String> problem = problem(file);
        if (problem.isPresent()) {
            throw new IOException(problem.get());
        }
        String secret = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (secret.isEmpty()) {
            throw new IOException(file + " is empty (expected: a secret)");
        }
        return secret;
    }

    /** Looks at a file before it takes another's place. */
    interface Look {
        /** Throws if it is not good enough. */
        void at(Path draft) throws IOException;
    }

    /**
     * Puts another text into a file's place in one step: whoever reads it, also after a crash, has the one or the other whole.
     *
     * @param look looks at the new file before
     */
    static void replace(Path file, String text, Look look) throws IOException {
        // What a link leads to: the link stays.
        Path real = file.toRealPath();
        Path draft = Files.createTempFile(real.resolveSibling(""), "." + real.getFileName(), ".new", forOwnerAlone());
        try {
            write(draft, text);
            UserPrincipal owner = Files.getOwner(real);
            if (!Files.getOwner(draft).equals(owner)) {
                // Else the server could not read it any more.
                Files.setOwner(draft, owner);
            }
            look.at(draft);
            Files.move(draft, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        try (FileChannel folder = FileChannel.open(real.resolveSibling(""), StandardOpenOption.READ)) {
            // Without this, a crash of the machine could undo the move.
            folder.force(true);
        }
    }

    private static void write(Path draft, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** The mode of a file that is made: 0600. */
    static FileAttribute<Set<PosixFilePermission>> forOwnerAlone() {
        return PosixFilePermissions.asFileAttribute(
                EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    }

    private static boolean othersMayReach(Path file) {
        try {
            return Files.getPosixFilePermissions(file).stream().anyMatch(FOR_OTHERS::contains);
        } catch (UnsupportedOperationException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
