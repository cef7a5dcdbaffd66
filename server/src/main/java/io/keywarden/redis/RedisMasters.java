package io.keywarden.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.keywarden.redis.RedisSettings.Address;
import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The masters as they were last read, and one connection to each. Where masters can change they are read again every second,
 * when a connection breaks, and when somebody finds that they are wrong. Safe for use by several threads.
 */
final class RedisMasters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisMasters.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** After how many periods each server is asked again what it is. */
    private static final int PERIODS_BETWEEN_LOOKS = 5;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final RedisLink.Shared shared;
    private final TopologySource source;
    private final boolean standalone;
    /** Changed under the lock, read without it. */
    private volatile View view = new View(Topology.of(List.of()), List.of(), "they were not read yet");

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

    /** The reading behind the one under way, which may have begun too early for who asks now. */
    @GuardedBy("this")
    private @Nullable CompletableFuture<Void> nextReading;

    /**
     * What is known at one moment.
     *
     * @param links one for each master of the topology, in its order
     * @param whyOld why the last try to read it failed; empty where it did not
     */
    record View(Topology topology, List<RedisLink> links, String whyOld) {
        /** The link to the master of a slot; null where nobody is known to be. */
        @Nullable
        RedisLink of(SlotTag slot) {
            int master = topology.masterOf(slot);
            return master == Topology.NONE ? null : links.get(master);
        }

        /** Why there is no master for a slot, for people. */
        String whyNone() {
            return whyOld.isEmpty()
                    ? "no Redis is responsible for the slot"
                    : "the masters of Redis are not known: " + whyOld;
        }
    }

    RedisMasters(RedisLink.Shared shared, TopologySource source) {
        this.shared = shared;
        this.source = source;
        this.standalone = shared.settings().location() instanceof RedisSettings.Location.Standalone;
    }

    /** Begins to read, and to connect. To be called once. */
    void start() {
        period(1);
    }

    /** Whether there is one server, which nothing ever takes the place of. */
    boolean isStandalone() {
        return standalone;
    }

    /** Whether each slot may be on another server. */
    boolean areOfCluster() {
        return shared.settings().location() instanceof RedisSettings.Location.Cluster;
    }

    /** What is known now. */
    View view() {
        return view;
    }

    /** Why not everything can be used right now, for people; empty if it can. */
    Optional<String> obstacle() {
        View now = view;
        if (now.links().isEmpty()) {
            return Optional.of(now.whyNone());
        }
        return now.links().stream()
                .filter(link -> link.session() == null)
                .map(RedisLink::whyNot)
                .findFirst();
    }

    /** Reads the masters, beginning after this call. Completes normally whatever comes of it. */
    CompletableFuture<Void> read() {
        CompletableFuture<Void> before;
        CompletableFuture<Void> mine = new CompletableFuture<>();
        synchronized (this) {
            if (closed || nextReading != null) {
                return nextReading == null ? CompletableFuture.completedFuture(null) : nextReading;
            }
            before = reading;
            nextReading = mine;
        }
        CompletableFuture<Void> unused = before.thenRun(() -> begin(mine));
        return mine;
    }

    private void begin(CompletableFuture<Void> mine) {
        synchronized (this) {
            nextReading = null;
            reading = mine;
        }
        // In a stage, so that what is thrown here is a failure too.
        CompletableFuture<Void> unused = CompletableFuture.completedFuture(source)
                .thenCompose(TopologySource::read)
                .handle((topology, failure) -> {
                    if (failure == null) {
                        use(topology);
                    } else {
                        keep(Failures.text(failure));
                    }
                    mine.complete(null);
                    return null;
                });
    }

    private synchronized void use(Topology topology) {
        View before = view;
        if (closed || (before.whyOld().isEmpty() && before.topology().equals(topology))) {
            return;
        }
        Map<Address, RedisLink> known = new HashMap<>();
        before.links().forEach(link -> known.put(link.address(), link));
        List<RedisLink> links = new ArrayList<>();
        for (Topology.Master master : topology.masters()) {
            RedisLink same = known.remove(master.address());
            links.add(same == null ? newLink(master.address()) : same);
        }
        view = new View(topology, List.copyOf(links), "");
        known.values().forEach(RedisLink::retire);
        if (!standalone && !before.topology().equals(topology)) {
            LOG.info("redis_masters masters={}", topology.masters());
        }
    }

    private synchronized void keep(String whyOld) {
        View before = view;
        if (!before.whyOld().equals(whyOld)) {
            LOG.warn("redis_masters_unread reason={}", whyOld);
            view = new View(before.topology(), before.links(), whyOld);
        }
    }

    private RedisLink newLink(Address address) {
        RedisLink link = new RedisLink(shared, address, this::lost);
        link.start();
        return link;
    }

    private void lost() {
        if (!standalone) {
            CompletableFuture<Void> unused = read();
        }
    }

    private void period(int number) {
        CompletableFuture<Void> done = standalone && number > 1 ? CompletableFuture.completedFuture(null) : read();
        if (number % PERIODS_BETWEEN_LOOKS == 0) {
            view.links().forEach(RedisLink::look);
        }
        CompletableFuture<Void> unused = done.thenRun(() -> CompletableFuture.delayedExecutor(
                        PERIOD.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> {
                    if (!isClosed()) {
                        period(number + 1);
                    }
                }));
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized boolean end() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    /** Ends all connections and the threads behind them, and waits for that a few seconds at most. */
    @Override
    public void close() {
        if (!end()) {
            return;
        }
        view.links().forEach(RedisLink::close);
        try {
            shared.client()
                    .shutdownAsync(0, CLOSE_LIMIT.toMillis() / 2, TimeUnit.MILLISECONDS)
                    .get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn(
                    "redis_close_incomplete location={} reason={}",
                    shared.settings().location().text(),
                    Failures.text(e));
        }
    }
}
