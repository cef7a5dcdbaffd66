package io.keywarden.admin;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.keywarden.admin.AdminFailure.RateLimited;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that stay open and are told of what changes: each looks every second. A watch has no thread of its own; the looks block
 * the threads of the timer. Safe for use by several threads.
 */
public final class Watches implements AutoCloseable {
    /** How often one looks. */
    static final Duration PERIOD = Duration.ofSeconds(1);
    /** How many there are at once. */
    static final int MOST = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

    private final Answers.Timer timer;
    private final Set<Watch<?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Takes what runs the looks: each is a task that blocks. */
    public Watches(Answers.Timer timer) {
        this.timer = timer;
    }

    /** One look. */
    interface Look<R> {
        /** What is new; empty where nothing is. Throws where the watch has to end. */
        Optional<R> next();
    }

    /**
     * Begins a watch with a first look. To be called by the call's own thread, as the last thing that it does.
     *
     * @throws AdminException if there are too many, or the first look throws it
     */
    <R> void begin(StreamObserver<R> observer, Look<R> look) {
        if (!(observer instanceof ServerCallStreamObserver<R> call)) {
            throw new IllegalArgumentException("an observer (expected: of a call)");
        }
        if (open.size() >= MOST) {
            throw new AdminException(
                    new RateLimited(MOST + " watches are enough for one Admin", Duration.ofSeconds(10)));
        }
        look.next().ifPresent(call::onNext);
        Watch<R> watch = new Watch<>(call, look);
        call.setOnCancelHandler(watch::drop);
        open.add(watch);
        watch.later();
        if (closed) {
            watch.stop();
        }
    }

    /** How many there are now. */
    int open() {
        return open.size();
    }

    /** Ends all. Their callers find another Admin. */
    @Override
    public void close() {
        closed = true;
        open.forEach(Watch::stop);
    }

    /** One call. Whoever sets {@code done} may end it. */
    private final class Watch<R> {
        private final ServerCallStreamObserver<R> call;
        private final Look<R> look;
        private final AtomicBoolean done = new AtomicBoolean();
        private volatile Runnable cancel = () -> {};

        private Watch(ServerCallStreamObserver<R> call, Look<R> look) {
            this.call = call;
            this.look = look;
        }

        private void later() {
            cancel = timer.after(PERIOD, this::look);
            if (done.get()) {
                cancel.run();
            }
        }

        // Whatever goes wrong in one watch must not end the thread of all.
        @SuppressWarnings("CatchingUnchecked")
        private synchronized void look() {
            if (done.get()) {
                return;
            }
            try {
                // Who does not read is told of the newest when they do.
                if (call.isReady()) {
                    look.next().ifPresent(call::onNext);
                }
            } catch (AdminException e) {
                end(AdminErrors.toStatus(e.failure()));
                return;
            } catch (Exception e) {
                LOG.error("watch_failed error={}", e.getClass().getName());
                end(AdminErrors.internal());
                return;
            }
            later();
        }

        private void stop() {
            end(Status.UNAVAILABLE
                    .withDescription("this Admin is being stopped: call again")
                    .asRuntimeException());
        }

        private void end(RuntimeException why) {
            if (drop()) {
                synchronized (this) {
                    call.onError(why);
                }
            }
        }

        private boolean drop() {
            boolean mine = done.compareAndSet(false, true);
            open.remove(this);
            cancel.run();
            return mine;
        }
    }
}
