package io.keywarden.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * For how long one connection's view of Redis may be believed: until so much time has passed since the last answered
 * heartbeat was sent. Counted from the sending, since the proof may be as old as that. Times are of
 * {@link System#nanoTime}. Safe for use by several threads.
 */
public final class Lease {
    private final long lengthNanos;
    private final AtomicLong end;

    /**
     * Makes a lease that is over.
     *
     * @param length how long it lasts from the sending of a heartbeat
     * @param nowNanos the time now
     */
    public Lease(Duration length, long nowNanos) {
        this.lengthNanos = length.toNanos();
        this.end = new AtomicLong(nowNanos);
    }

    /** A heartbeat was answered that was sent then. An older one than before changes nothing. */
    public void renew(long sentNanos) {
        long renewed = sentNanos + lengthNanos;
        long before = end.get();
        while (renewed - before > 0 && !end.compareAndSet(before, renewed)) {
            before = end.get();
        }
    }

    /** When it is over. To be read before what it is to vouch for. */
    public long endNanos() {
        return end.get();
    }

    /** How long it lasts from the sending of a heartbeat. */
    public long lengthNanos() {
        return lengthNanos;
    }

    /** The earlier of two times, which may be on either side of where the clock wraps around. */
    static long earlier(long oneNanos, long otherNanos) {
        return oneNanos - otherNanos < 0 ? oneNanos : otherNanos;
    }
}
