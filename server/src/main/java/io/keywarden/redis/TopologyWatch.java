package io.keywarden.redis;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topology again and again, and at once when somebody doubts it, and passes on what is new. While nobody can say
 * what it is, the last one stands. Everything happens on the keepers' one thread.
 */
final class TopologyWatch {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** Before it is read again that there is a doubt, or that nobody could say: doubts come as often as checks do. */
    private static final Duration SOON = Duration.ofMillis(50);

    private final TopologySource source;
    private final ScheduledExecutorService thread;
    private final Consumer<Topology> changed;
    private final boolean follows;
    private @Nullable Topology last;
    private boolean reading;
    /** Whether somebody doubted what is being read. */
    private boolean doubted;

    private @Nullable ScheduledFuture<?> next;
    private String lastFailure = "";

    /**
     * Makes one.
     *
     * @param changed is told what is new, on the thread
     * @param follows whether what was read once can change
     */
    TopologyWatch(TopologySource source, ScheduledExecutorService thread, Consumer<Topology> changed, boolean follows) {
        this.source = source;
        this.thread = thread;
        this.changed = changed;
        this.follows = follows;
    }

    /** Begins to read. To be called once. */
    void start() {
        read();
    }

    /** Reads soon. */
    void look() {
        if (reading) {
            doubted = true;
        } else if (follows && next != null && next.getDelay(TimeUnit.MILLISECONDS) > SOON.toMillis()) {
            readAfter(SOON);
        }
    }

    private void read() {
        reading = true;
        doubted = false;
        var unused = source.read().handleAsync(this::answered, thread);
    }

    private @Nullable Void answered(@Nullable Topology topology, @Nullable Throwable failure) {
        reading = false;
        if (topology == null) {
            failed(Failures.text(failure));
        }
        if (topology == null || (doubted && follows)) {
            readAfter(SOON);
        } else if (follows) {
            readAfter(PERIOD);
        }
        if (topology != null) {
            lastFailure = "";
            found(topology);
        }
        return null;
    }

    private void readAfter(Duration pause) {
        if (next != null) {
            next.cancel(false);
        }
        next = thread.schedule(this::read, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void found(Topology topology) {
        Topology before = last;
        if (before == null || !topology.equals(before)) {
            LOG.info("redis_topology {}", topology);
            last = topology;
            changed.accept(topology);
        }
    }

    private void failed(String reason) {
        if (!reason.equals(lastFailure)) {
            lastFailure = reason;
            LOG.warn("redis_topology_unknown reason={}", reason);
        }
    }
}
