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
    // Guarded by "this", like what follows: lines that are not on the disk for sure.
    private final Deque<byte[]> pending = new ArrayDeque<>();
    /** How many of them were given to the file that is open. */
    private int given;
    /** How many lines came to the disk before them. */
    private long before;

    private @Nullable FileChannel channel;
    private @Nullable Object fileKey;
    private boolean cutOff;
    /** Taken before "this" where both are, so that lines of several threads go to the disk together. */
    private final Object disk = new Object();

    private volatile boolean failing;

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
            pending.addAll(lines);
        }
        write();
    }

    /**
     * Writes what could not be written before.
     *
     * @throws IOException if it still cannot
     */
    public void retry() throws IOException {
        if (failing) {
            write();
        }
    }

    private void write() throws IOException {
        try {
            long mine = give();
            synchronized (disk) {
                if (!isOnDisk(mine)) {
                    force();
                }
            }
            failing = false;
        } catch (IOException e) {
            failing = true;
            abandon();
            throw e;
        }
    }

    /** Gives all lines to the file, and answers how many there were with the last of them. */
    private synchronized long give() throws IOException {
        FileChannel open = opened();
        int skipped = 0;
        for (byte[] line : pending) {
            if (skipped++ >= given) {
                put(open, line);
                given++;
            }
        }
        return before + pending.size();
    }

    private synchronized boolean isOnDisk(long count) {
        return before >= count;
    }

    private void force() throws IOException {
        FileChannel open;
        long all;
        synchronized (this) {
            open = Objects.requireNonNull(channel);
            all = before + given;
        }
        open.force(false);
        synchronized (this) {
            for (; before < all; before++) {
                pending.remove();
                given--;
            }
        }
    }

    /** A disk that failed once may have lost what it was given and say nothing the next time: so all of it is given again. */
    private synchronized void abandon() {
        given = 0;
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // What is not on the disk is written again in any case.
                fileKey = null;
            }
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
            // It was moved away: what it was given stays there, if it comes to the disk.
            open.force(false);
            for (; given > 0; given--) {
                pending.remove();
                before++;
            }
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
