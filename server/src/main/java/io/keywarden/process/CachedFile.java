package io.keywarden.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** An executable file that appears in its folder whole or not at all, also when several processes make it at once. */
final class CachedFile {

    private CachedFile() {}

    /** Copies the bytes to a new executable file beside the target, which the caller then checks and publishes. */
    static Path write(Path target, InputStream bytes) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("no folder for " + target + " (expected: a file in a folder)");
        }
        Files.createDirectories(folder);
        Path fresh = Files.createTempFile(folder, target.getFileName() + ".", ".new");
        try {
            Files.copy(bytes, fresh, StandardCopyOption.REPLACE_EXISTING);
            if (Files.getFileStore(fresh).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return fresh;
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
    }

    static void publish(Path fresh, Path target) throws IOException {
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
