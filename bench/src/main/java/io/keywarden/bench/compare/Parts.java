package io.keywarden.bench.compare;

import io.keywarden.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The processes of a run, in a folder of their own. Closing ends them in reverse order and removes the folder, with keys
 * and tokens. A hook does the same when the run is interrupted. For one thread.
 */
final class Parts implements AutoCloseable {
    private final Path folder;
    private final Deque<ChildProcess> children = new ArrayDeque<>();
    private int started;

    Parts() throws IOException {
        this.folder = Files.createTempDirectory("keywarden-bench-");
    }

    Path folder() {
        return folder;
    }

    /** Starts a program. Its log is a file in the folder, with the name and a number. */
    ChildProcess start(String name, List<String> command) throws IOException {
        return start(name, command, Map.of());
    }

    /** The same, with more in its environment. */
    ChildProcess start(String name, List<String> command, Map<String, String> environment) throws IOException {
        String file = name + "-" + ++started;
        ChildProcess child = ChildProcess.start(new ChildProcess.Launch(
                command, environment, folder.resolve(file + ".log"), folder.resolve(file + ".pid")));
        children.push(child);
        return child;
    }

    /** Ends one of the programs. */
    void end(ChildProcess child) throws IOException {
        if (children.remove(child)) {
            child.close();
        }
    }

    @Override
    public void close() {
        for (ChildProcess child = children.poll(); child != null; child = children.poll()) {
            try {
                child.close();
            } catch (IOException e) {
                System.err.println("process " + child.pid() + " does not end: " + e.getMessage());
            }
        }
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
