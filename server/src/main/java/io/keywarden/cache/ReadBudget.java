package io.keywarden.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.keywarden.cache.CacheObserver.Event;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many reads of Redis checks may cause: a number a second in all, and of those a number for each source, so that one
 * caller's misses leave room for everybody else's. Up to a second's worth may come at once. Safe for use by several threads.
 */
final class ReadBudget {
    private static final long SECOND = 1_000_000_000L;
    /** Of so many sources at most it is known what they used up; who is forgotten begins anew. */
    private static final int SOURCES = 10_000;

    private final Meter all;
    private final int perSource;
    private final Cache<String, Meter> sources;

    ReadBudget(CacheLimits limits) {
        this.all = new Meter(limits.readsPerSecond());
        this.perSource = limits.readsPerSecondAndSource();
        this.sources = Caffeine.newBuilder()
                .maximumSize(SOURCES)
                .executor(Runnable::run)
                .build();
    }

    /** Takes one read out; answers which bound it met, if one. */
    Optional<Event> take(String source, long nowNanos) {
        if (!sources.get(source, name -> new Meter(perSource)).take(nowNanos)) {
            return Optional.of(Event.SOURCE_BOUND);
        }
        return all.take(nowNanos) ? Optional.empty() : Optional.of(Event.RATE_BOUND);
    }

    /** Counts by the moment at which what was taken will have been earned. */
    private static final class Meter {
        private final long interval;
        private final AtomicLong earned = new AtomicLong(Long.MIN_VALUE);

        Meter(int perSecond) {
            this.interval = SECOND / perSecond;
        }

        boolean take(long now) {
            while (true) {
                long before = earned.get();
                long from = before == Long.MIN_VALUE || now - before > 0 ? now : before;
                long next = from + interval;
                if (next - now > SECOND) {
                    return false;
                }
                if (earned.compareAndSet(before, next)) {
                    return true;
                }
            }
        }
    }
}
