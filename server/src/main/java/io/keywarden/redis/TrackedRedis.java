package io.keywarden.redis;

import io.keywarden.cache.CacheLimits;
import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.CacheStatus;
import io.keywarden.cache.Feed;
import io.keywarden.cache.Generation;
import io.keywarden.cache.Lease;
import io.keywarden.cache.Routing;
import io.keywarden.cache.SteadyClock;
import io.keywarden.policy.Reason;
import io.keywarden.redis.CoherenceRules.Rule;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoreMarker;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Redis as the near cache sees it: keeps a generation alive for every master, and says which ones to use. While Redis is
 * away it keeps trying. Safe for use by several threads.
 */
public final class TrackedRedis implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrackedRedis.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);
    /** A read that was sent on has ASKING before it. */
    private static final int COMMANDS_PER_READ = 2;

    /** Beside the reads: heartbeats, and what begins a generation. */
    private static final int OTHER_COMMANDS = 64;
    /** An age that is longer than any lease and fits in a number. */
    private static final Duration LONGEST_AGE = Duration.ofDays(1);

    private final RedisClient client;
    private final Needs needs;
    private final ScheduledExecutorService thread;
    private final TopologyWatch watch;
    private final MasterKeeper.Needs keeping;
    /** Written on the one thread. */
    private volatile List<MasterKeeper> keepers = List.of();

    /** What the keepers keep. Only used on the one thread. */
    private @Nullable Topology current;

    /** Speaks for slots without a master. */
    private final Generation nobody =
            Absent.generation(Reason.STORE_UNAVAILABLE, "no master of the cluster has this slot", System.nanoTime());

    private volatile Duration skew = Duration.ZERO;

    /**
     * What it works with.
     *
     * @param routing is told which generations to use, on one thread; it must not block, as
     *     {@link io.keywarden.cache.NearCache#use} does not
     * @param marker what all replicas promise
     * @param clock is compared with Redis's
     * @param limits of each generation
     * @param observer is told what happens
     */
    public record Needs(
            Consumer<Routing> routing,
            StoreMarker marker,
            SteadyClock clock,
            CacheLimits limits,
            CacheObserver observer) {}

    private TrackedRedis(RedisClient client, RedisSettings settings, Needs needs, CoherenceRules rules) {
        this.client = client;
        this.needs = needs;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "keywarden-leases");
            made.setDaemon(true);
            return made;
        });
        boolean follows = !(settings.location() instanceof RedisSettings.Location.Standalone);
        this.watch = new TopologyWatch(
                TopologySource.of(client, settings), thread, this::use, follows && rules.keep(Rule.FOLLOW_TOPOLOGY));
        Heartbeat.Needs heartbeats =
                new Heartbeat.Needs(needs.marker(), needs.clock(), found -> skew = found, System::nanoTime, rules);
        GenerationStart start = new GenerationStart(
                client,
                settings,
                new GenerationStart.Needs(needs.marker(), needs.limits(), needs.observer(), heartbeats, rules));
        Pulse.Needs pulse = new Pulse.Needs(
                System::nanoTime, needs.marker()::bounds, needs.observer(), rules, this::doubtFromAnyThread);
        this.keeping = new MasterKeeper.Needs(start, pulse, thread, new MasterKeeper.Events() {
            @Override
            public void changed() {
                publish();
            }

            @Override
            public void doubted() {
                watch.look();
            }
        });
    }

    /** Begins, without waiting for Redis. */
    public static TrackedRedis start(RedisSettings settings, Needs needs) {
        return start(settings, needs, CoherenceRules.ALL);
    }

    /** Begins with other rules, which only a test does. */
    static TrackedRedis start(RedisSettings settings, Needs needs, CoherenceRules rules) {
        int queue = COMMANDS_PER_READ * needs.limits().readsInFlight() + OTHER_COMMANDS;
        TrackedRedis tracked = new TrackedRedis(RedisClients.create(settings, queue), settings, needs, rules);
        tracked.thread.execute(tracked.watch::start);
        return tracked;
    }

    /** Another topology: what was learnt from the masters of the last one is kept up no more, not even from the same ones. */
    private void use(Topology topology) {
        keepers.forEach(keeper -> keeper.end("the topology is another one by now"));
        List<MasterKeeper> next = new ArrayList<>();
        for (int i = 0; i < topology.masters().size(); i++) {
            next.add(new MasterKeeper(new GenerationStart.Target(topology, i, this::elsewhere), keeping));
        }
        keepers = List.copyOf(next);
        current = topology;
        next.forEach(MasterKeeper::start);
    }

    /** On the one thread. */
    private void publish() {
        Topology topology = current;
        if (topology == null) {
            return;
        }
        keepers.forEach(keeper -> keeper.require(needs.marker().bounds()));
        List<Generation> generations = new ArrayList<>();
        keepers.forEach(keeper -> generations.add(keeper.generation()));
        int unowned = generations.size();
        generations.add(nobody);
        needs.routing().accept(Routing.of(generations, slot -> {
            int master = topology.masterOf(slot);
            return master == Topology.NONE ? unowned : master;
        }));
    }

    /**
     * A master that a read was sent on to has to have a lease when it has answered: it may be an old one itself. The lease's
     * proof is no older than a lease then, and so is what it missed.
     */
    private CompletionStage<Feed.Reply> elsewhere(Redirection redirection, RecordKey key) {
        if (!redirection.asking()) {
            // With ASK the slot still belongs to whom it belonged to, for as long as it takes to move it.
            doubtFromAnyThread();
        }
        for (MasterKeeper keeper : keepers) {
            Generation generation = keeper.generation();
            TrackedConnection connection = keeper.connection().orElse(null);
            if (connection != null && keeper.address().equals(redirection.to())) {
                Lease lease = generation.lease();
                return connection
                        .readRedirected(key, redirection.asking(), lease)
                        .thenApply(reply -> {
                            boolean proven = lease.endNanos() - System.nanoTime() > 0;
                            return proven && connection == keeper.connection().orElse(null)
                                    ? reply
                                    : new Feed.Reply.Unavailable(redirection.to() + " has no lease");
                        });
            }
        }
        return CompletableFuture.completedFuture(
                new Feed.Reply.Unavailable("the slot is at " + redirection.to() + ", which is not connected"));
    }

    private void doubtFromAnyThread() {
        try {
            thread.execute(watch::look);
        } catch (RejectedExecutionException e) {
            // This program is ending: nobody needs to know which masters there are.
            LOG.debug("redis_topology_not_asked reason={}", e.toString());
        }
    }

    /** Those who keep the generations now, one for each master. */
    List<MasterKeeper> keepers() {
        return keepers;
    }

    /** How it is now, for metrics. */
    public CacheStatus status() {
        long now = System.nanoTime();
        List<Generation> generations =
                keepers.stream().map(MasterKeeper::generation).toList();
        long end = generations.stream()
                .mapToLong(generation -> generation.lease().endNanos() - now)
                .min()
                .orElse(0);
        long age = generations.stream()
                .mapToLong(generation ->
                        now - generation.lease().endNanos() + generation.lease().lengthNanos())
                .max()
                .orElse(LONGEST_AGE.toNanos());
        return new CacheStatus(
                generations.size(),
                (int) generations.stream()
                        .filter(generation -> generation.ended().isEmpty())
                        .count(),
                Duration.ofNanos(Math.max(0, end)),
                Duration.ofNanos(Math.min(age, LONGEST_AGE.toNanos())),
                generations.stream().mapToLong(Generation::size).sum(),
                generations.stream().mapToLong(Generation::bytes).sum(),
                needs.clock().behind(),
                skew);
    }

    /** Ends all generations and the threads behind them, and waits for that a few seconds at most. */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        try {
            Future<?> ended = thread.submit(() -> keepers.forEach(keeper -> keeper.end("this program is ending")));
            ended.get(CLOSE_LIMIT.toMillis() / 3, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("redis_close_incomplete reason={}", Failures.text(e));
        } finally {
            thread.shutdownNow();
            closeClient();
        }
    }

    private void closeClient() {
        try {
            client.shutdownAsync(0, CLOSE_LIMIT.toMillis() / 3, TimeUnit.MILLISECONDS)
                    .get(CLOSE_LIMIT.toMillis() / 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("redis_close_incomplete reason={}", Failures.text(e));
        }
    }
}
