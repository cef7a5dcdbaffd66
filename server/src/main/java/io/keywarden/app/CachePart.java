package io.keywarden.app;

import io.keywarden.cache.CacheLimits;
import io.keywarden.cache.NearCache;
import io.keywarden.cache.SteadyClock;
import io.keywarden.cli.ExitCode;
import io.keywarden.cli.UserError;
import io.keywarden.config.CacheConfig;
import io.keywarden.config.StartupConfig;
import io.keywarden.redis.TrackedRedis;
import io.keywarden.store.Aliases;
import io.keywarden.store.StoreMarker;
import io.keywarden.telemetry.CacheMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The near cache of the role check, the connections that feed it, and what of it comes before checks are answered. */
final class CachePart {
    /** Verifying a new record takes a tenth of a millisecond or two; known ones take no time. */
    private static final int THREADS = 2;
    /**
     * Room for what all masters' reads can be at once, which is {@link CacheLimits#readsInFlight} for each; what does not
     * fit, where there are more masters than that, cannot be told.
     */
    private static final int WAITING = 16_384;

    private final NearCache cache;
    private final SteadyClock clock;
    private final List<StoreWatch.Step> steps;

    private CachePart(NearCache cache, SteadyClock clock, List<StoreWatch.Step> steps) {
        this.cache = cache;
        this.clock = clock;
        this.steps = steps;
    }

    /** Begins to connect; does not wait for Redis. */
    static CachePart open(Shared shared, Closer closer) {
        StartupConfig startup = shared.startup();
        StoreMarker marker = shared.reader().marker();
        Aliases aliases = new Aliases(startup.keys().tags());
        CacheMetrics metrics = shared.metrics().cache();
        CacheLimits limits = limits(startup.config().cache());
        ExecutorService work = Threads.bounded("records", THREADS, WAITING);
        closer.add("record threads", Threads.closing(work));
        SteadyClock clock = new SteadyClock(shared.clock(), System::nanoTime);
        NearCache cache = new NearCache(
                new NearCache.Needs(shared.judge(), marker, aliases, shared.tags(), work, metrics), limits);
        TrackedRedis tracked = closer.add(
                "tracked redis",
                TrackedRedis.start(
                        StoreParts.settings(startup.config().redis()),
                        new TrackedRedis.Needs(cache::use, marker, clock, limits, metrics)));
        metrics.watch(tracked::status);
        return new CachePart(
                cache,
                clock,
                List.of(
                        new Promised(marker, startup.config().check().lease()),
                        new Vouched(cache),
                        new Preload(shared.store(), shared.reader(), aliases, cache)));
    }

    private static CacheLimits limits(CacheConfig config) {
        CacheLimits defaults = CacheLimits.DEFAULT;
        return new CacheLimits(
                config.bytes(),
                config.misses(),
                defaults.readsInFlight(),
                config.readsPerSecond(),
                config.readsPerSecondPerSource(),
                defaults.hitAge());
    }

    NearCache cache() {
        return cache;
    }

    /** The time that tokens begin and end by. */
    SteadyClock clock() {
        return clock;
    }

    /** What has to be done before checks are answered. */
    List<StoreWatch.Step> steps() {
        return steps;
    }

    /** Looks whether the store promises no less than this replica has to keep. */
    private record Promised(StoreMarker marker, Optional<Duration> longest) implements StoreWatch.Step {
        @Override
        public boolean needsMarker() {
            return true;
        }

        @Override
        public boolean attempt() {
            Duration lease = marker.bounds().lease();
            if (longest.filter(most -> lease.compareTo(most) > 0).isPresent()) {
                throw new UserError(
                        ExitCode.USAGE,
                        "check.lease: " + longest.get().toMillis() + "ms, but the store's lease is " + lease.toMillis()
                                + "ms (expected: a longer check.lease, or a shorter admin.lease)");
            }
            return true;
        }
    }

    /** Waits for the first lease: tracking is armed, a canary was seen, a heartbeat was answered. */
    private record Vouched(NearCache cache) implements StoreWatch.Step {
        private static final Logger LOG = LoggerFactory.getLogger(Vouched.class);

        @Override
        public boolean needsMarker() {
            return true;
        }

        @Override
        public boolean attempt() {
            cache.obstacle().ifPresent(why -> LOG.debug("cache_waits reason={} detail={}", why.reason(), why.detail()));
            return cache.obstacle().isEmpty();
        }
    }
}
