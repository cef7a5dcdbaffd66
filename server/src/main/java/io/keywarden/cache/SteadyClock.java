package io.keywarden.cache;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The wall clock, except that it never goes back by itself: what has expired stays expired when somebody sets the clock
 * back. It goes on with the monotonic clock from the latest time that it has told. Where the wall clock and Redis's agree
 * that this is wrong, because the wall clock had once been far ahead, it goes back to them. Safe for use by several
 * threads.
 */
public final class SteadyClock implements InstantSource {
    /** How far apart two clocks may be that agree. */
    public static final Duration AGREEMENT = Duration.ofSeconds(5);

    private final InstantSource wall;
    private final LongSupplier nanoClock;
    /** The most that the wall clock has been ahead of the monotonic one, in nanoseconds. */
    private final AtomicLong offset;

    /** Takes the clocks. */
    public SteadyClock(InstantSource wall, LongSupplier nanoClock) {
        this.wall = wall;
        this.nanoClock = nanoClock;
        this.offset = new AtomicLong(wallNanos() - nanoClock.getAsLong());
    }

    @Override
    public Instant instant() {
        long nanos = nanoClock.getAsLong();
        long ahead = wallNanos() - nanos;
        long known = offset.get();
        while (ahead - known > 0 && !offset.compareAndSet(known, ahead)) {
            known = offset.get();
        }
        return instant(nanos + Math.max(ahead, known));
    }

    /** How far the wall clock is behind this one; zero where nobody set it back. */
    public Duration behind() {
        return Duration.ofNanos(Math.max(0, offset.get() - (wallNanos() - nanoClock.getAsLong())));
    }

    /**
     * Compares with the time of Redis.
     *
     * @return how far the wall clock is ahead of it; negative where it is behind
     */
    public Duration compare(Instant redis) {
        Instant local = wall.instant();
        Duration ahead = Duration.between(redis, local);
        boolean agree = ahead.abs().compareTo(AGREEMENT) <= 0;
        if (agree && behind().compareTo(AGREEMENT) > 0) {
            offset.set(wallNanos() - nanoClock.getAsLong());
        }
        return ahead;
    }

    private long wallNanos() {
        Instant now = wall.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
