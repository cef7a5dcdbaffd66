package io.keywarden.demo;

import io.keywarden.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * {@code target/demo}: what a running demo has on disk, and what the one before left there.
 *
 * <p>One demo at a time has it. The lock is the kernel's, so it goes when its process goes, however that ends.
 */
final class DemoFolder implements AutoCloseable {
    private static final String LOCK = "demo.lock";
    /** What is kept after a stop, for a look at what went on. */
    private static final String LOGS = ".log";

    private final Path path;
    private final FileChannel lock;

    private DemoFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes the folder and locks it. */
    static DemoFolder open(Path path) throws DemoProblem {
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = channel.tryLock();
            if (held == null) {
                channel.close();
                throw new DemoProblem("A demo runs here already, process " + Files.readString(path.resolve(LOCK)) + " ("
                        + path + "). Stop it first, with ctrl-C where it runs or with kill.");
            }
            // A demo that was killed left its word that it is ready.
            Files.deleteIfExists(path.resolve(DemoEnv.NAME));
            channel.truncate(0);
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            channel.write(ByteBuffer.wrap(pid));
            return new DemoFolder(path, channel);
        } catch (IOException e) {
            throw new DemoProblem("The folder " + path + " can't be written: " + e
                    + ". Make it writable for you, or copy the project to a folder of yours.");
        }
    }

    Path path() {
        return path;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    Path log(String child) {
        return file(child + LOGS);
    }

    Path pidFile(String child) {
        return file(child + ".pid");
    }

    /** Ends what an earlier demo left running; returns the names of what there was. */
    List<String> reap(List<String> names) throws DemoProblem, InterruptedException {
        List<String> reaped = new ArrayList<>();
        for (String name : names) {
            try {
                if (ChildProcess.reap(pidFile(name)) == ChildProcess.Reaped.ENDED) {
                    reaped.add(name);
                }
            } catch (IOException e) {
                throw new DemoProblem("What an earlier demo left in " + path + " can't be read: " + e);
            }
        }
        return List.copyOf(reaped);
    }

    /** Takes away all that earlier demos left. */
    void clear() throws DemoProblem {
        delete(file -> true);
    }

    /** Takes away keys, tokens and data; logs stay for a look at what went on. */
    @Override
    public void close() {
        try {
            delete(file -> !file.toString().endsWith(LOGS));
            lock.close();
        } catch (IOException | DemoProblem e) {
            // The next start clears the folder, and the kernel frees the lock.
            return;
        }
    }

    private void delete(Predicate<Path> unwanted) throws DemoProblem {
        try (Stream<Path> files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder())
                    .filter(file -> !file.equals(path) && !file.equals(path.resolve(LOCK)))
                    .filter(unwanted)
                    .forEach(DemoFolder::deleteFile);
        } catch (IOException | UncheckedIOException e) {
            throw new DemoProblem("What an earlier demo left in " + path + " can't be removed: " + e
                    + ". Remove that folder, as the user who owns it.");
        }
    }

    private static void deleteFile(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
