package io.keywarden.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.keywarden.process.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

/**
 * The processes of a running demo.
 *
 * <p>They are started on the main thread and stopped on it or on the one of a shutdown hook; once stopping has begun, none
 * can be started any more, so that none is left over.
 */
final class Children {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final List<Child> children = new CopyOnWriteArrayList<>();

    @GuardedBy("this")
    private boolean stopping;

    /** A process and what it is called. */
    record Child(String name, ChildProcess process) {}

    /** A process that ended by itself. */
    record Ended(Child child, int exitCode) {}

    ChildProcess start(String name, ChildProcess.Launch launch) throws DemoProblem, InterruptedException {
        synchronized (this) {
            if (stopping) {
                throw new InterruptedException("stopping, so " + name + " is not started");
            }
            try {
                ChildProcess process = ChildProcess.start(launch);
                children.add(new Child(name, process));
                return process;
            } catch (IOException e) {
                throw new DemoProblem(name + " can't be started: " + e.getMessage());
            }
        }
    }

    /** A child that is no longer there. */
    Optional<Ended> ended() {
        return children.stream()
                .filter(child -> !child.process().isAlive())
                .map(child -> new Ended(child, child.process().exit().join()))
                .findFirst();
    }

    /** Waits for as long as every child runs. */
    Ended awaitFirstEnd() throws InterruptedException {
        CompletableFuture<?>[] ends =
                children.stream().map(child -> child.process().exit()).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.anyOf(ends).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a child's end can't be waited for", e);
        }
        return ended().orElseThrow();
    }

    /** Ends all, the newest first, each with a grace; what it may still be asked later, does nothing. */
    void stop() throws InterruptedException, IOException {
        synchronized (this) {
            stopping = true;
        }
        for (int i = children.size() - 1; i >= 0; i--) {
            Child child = children.get(i);
            child.process().stop(GRACE);
        }
    }

    /** Ends all at once. */
    void kill() {
        for (Child child : children) {
            ProcessHandle.of(child.process().pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
