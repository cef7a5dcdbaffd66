package io.keywarden.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what was opened, in reverse order, each even if another one fails. Safe for use by several threads; what is added
 * after closing is closed at once.
 */
final class Closer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

    /** Guarded by this. */
    private final Deque<Part> open = new ArrayDeque<>();

    private boolean closed;

    /** Takes something to close, under a name for the log. */
    <T extends AutoCloseable> T add(String name, T closeable) {
        synchronized (this) {
            if (!closed) {
                open.push(new Part(name, closeable));
                return closeable;
            }
        }
        close(new Part(name, closeable));
        throw new IllegalStateException(name + " was opened after closing began");
    }

    @Override
    public void close() {
        while (true) {
            Part next;
            synchronized (this) {
                closed = true;
                if (open.isEmpty()) {
                    return;
                }
                next = open.pop();
            }
            close(next);
        }
    }

    // What fails to close must not keep the rest open.
    @SuppressWarnings("CatchingUnchecked")
    private static void close(Part part) {
        try {
            part.closeable().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("close_interrupted part={}", part.name());
        } catch (Exception e) {
            LOG.warn("close_failed part={}", part.name(), e);
        }
    }

    private record Part(String name, AutoCloseable closeable) {}
}
