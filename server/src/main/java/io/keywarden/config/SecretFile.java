package io.keywarden.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
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
