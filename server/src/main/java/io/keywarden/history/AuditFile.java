package io.keywarden.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The audit log: a file of lines, mode 0600, that is only ever added to. Whoever turns files over moves it away: the next line
 * makes a new one. What could not be written is kept, and written before what comes next. Safe for use by several threads.
 */
public final class AuditFile implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(OWNER);

    private final Path path;
    // Guarded by "this", like what follows.
    private final Deque<byte[]> unwritten = new ArrayDeque<>();
    private @Nullable FileChannel channel;
    private @Nullable Object fileKey;
    private boolean cutOff;
    private long written;
    // Guarded by "disk", which is taken first where both are.
    private final Object disk = new Object();
    private long onDisk;

    private AuditFile(Path path) {
        this.path = path;
    }

    /**
     * Opens a file, and makes it where there is none.
     *
     * @throws IOException if it cannot be written, or others than its owner may read or write it
     */
    public static AuditFile open(Path path) throws IOException {
        AuditFile file = new AuditFile(path);
        file.write();
        return file;
    }

    /**
     * Adds lines, each with its end. They are on the disk when this returns; those of several threads go there together.
     *
     * @throws IOException if they are not; they are written by the next call that can
     */
    public void append(List<byte[]> lines) throws IOException {
        synchronized (this) {
            unwritten.addAll(lines);
        }
        write();
    }

    /**
     * Writes what could not be written before.
     *
     * @throws IOException if it still cannot
     */
    public void retry() throws IOException {
        synchronized (this) {
            if (unwritten.isEmpty()) {
                return;
            }
        }
        write();
    }

    private void write() throws IOException {
        long mine;
        synchronized (this) {
            FileChannel open = opened();
            while (!unwritten.isEmpty()) {
                put(open, unwritten.element());
                unwritten.remove();
                written++;
            }
            mine = written;
        }
        synchronized (disk) {
            if (onDisk >= mine) {
                return;
            }
            FileChannel open;
            long all;
            synchronized (this) {
                open = Objects.requireNonNull(channel);
                all = written;
            }
            open.force(false);
            onDisk = all;
        }
    }

    /** A part of a line that stays from a write that failed is a line of its own, which a reader can tell. */
    private void put(FileChannel open, byte[] line) throws IOException {
        if (cutOff) {
            writeAll(open, new byte[] {'\n'});
        }
        cutOff = true;
        writeAll(open, line);
        cutOff = false;
    }

    private static void writeAll(FileChannel open, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            open.write(buffer);
        }
    }

    /** The file that has the name now. */
    private FileChannel opened() throws IOException {
        FileChannel open = channel;
        if (open != null && isThere()) {
            return open;
        }
        if (open != null) {
            open.force(false);
            open.close();
            channel = null;
        }
        if (Files.notExists(path)) {
            Path folder = path.toAbsolutePath().resolveSibling("");
            Files.createDirectories(folder);
            Files.createFile(path, OWNER_ONLY);
        }
        requireOwnerOnly();
        open = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        channel = open;
        fileKey = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        cutOff = open.size() > 0 && !endsALine();
        return open;
    }

    private boolean isThere() throws IOException {
        try {
            return Objects.equals(
                    fileKey,
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void requireOwnerOnly() throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
        if (!OWNER.containsAll(mode)) {
            throw new IOException(path + " has mode " + PosixFilePermissions.toString(mode)
                    + " (expected: 0600; chmod 600 " + path + ")");
        }
    }

    private boolean endsALine() throws IOException {
        try (FileChannel read = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            read.read(last, read.size() - 1);
            return last.get(0) == '\n';
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (channel != null) {
                channel.close();
                channel = null;
            }
        }
    }
}
