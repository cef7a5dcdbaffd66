package io.keywarden.admin;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link Journal} for one Admin: two would each write over what the other one keeps. It is a lock on a file of its
 * own, since the journal's file is replaced now and then; it ends with the process, however that ends.
 */
final class JournalLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalLock.class);

    private final FileChannel channel;

    private JournalLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of a journal.
     *
     * @throws IOException if somebody else has it, or it cannot be told
     */
    static JournalLock take(Path journal) throws IOException {
        Path directory = PrivateFiles.makeDirectoryOf(journal);
        Path file = directory.resolve(journal.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), PrivateFiles.ownersAlone());
        try {
            if (lock(channel) == null) {
                throw new IOException(file + " is locked: " + directory
                        + " belongs to an Admin that is running (expected: a folder of its own for each Admin)");
            }
            return new JournalLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // It is another Admin of this very process.
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("journal_not_unlocked detail={}", e.toString());
        }
    }
}
