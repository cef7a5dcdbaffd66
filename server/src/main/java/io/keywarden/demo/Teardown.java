package io.keywarden.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a demo, once: on the main thread when something is wrong, or on a hook's when a signal came.
 *
 * <p>The process then ends with the exit code that the signal stands for: 130, 143 or 129.
 */
final class Teardown implements AutoCloseable {
    private static final Duration MAIN_LIMIT = Duration.ofSeconds(3);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final DemoFolder folder;
    private final Children children;
    private final Progress progress;
    private final Thread main;
    private final Deque<Part> parts = new ConcurrentLinkedDeque<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch mainHasLeft = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    private Teardown(DemoFolder folder, Children children, Progress progress) {
        this.folder = folder;
        this.children = children;
        this.progress = progress;
        this.main = Thread.currentThread();
    }

    /** A part of the demo that is no process, and whose end cannot fail. */
    interface Part extends AutoCloseable {
        @Override
        void close();
    }

    /** Registers the hook. */
    static Teardown atExit(DemoFolder folder, Children children, Progress progress) {
        Teardown teardown = new Teardown(folder, children, progress);
        Runtime.getRuntime().addShutdownHook(new Thread(teardown::onExit, "demo-teardown"));
        return teardown;
    }

    /** Will close the part too. */
    <P extends Part> P closes(P part) {
        parts.push(part);
        return part;
    }

    /** Called on the main thread, which has nothing more to do then. */
    @Override
    public void close() {
        mainHasLeft.countDown();
        if (begun.compareAndSet(false, true)) {
            tearDown();
        }
    }

    private void onExit() {
        SecondSignal.runs(children::kill);
        try {
            if (!begun.compareAndSet(false, true)) {
                awaitOrGoOn(done, LIMIT);
                return;
            }
            progress.line("");
            progress.line("stopping (a second signal kills)");
            main.interrupt();
            tearDown();
            progress.line("stopped");
        } catch (InterruptedException e) {
            children.kill();
        }
    }

    private void tearDown() {
        try {
            Files.deleteIfExists(folder.file(DemoEnv.NAME));
            children.stop();
            awaitOrGoOn(mainHasLeft, MAIN_LIMIT);
        } catch (InterruptedException | IOException e) {
            children.kill();
        } finally {
            new ArrayDeque<>(parts).forEach(Part::close);
            folder.close();
            done.countDown();
        }
    }

    private static void awaitOrGoOn(CountDownLatch latch, Duration limit) throws InterruptedException {
        boolean inTime = latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!inTime) {
            // Whoever did not come in time is ended with the process.
            return;
        }
    }
}
