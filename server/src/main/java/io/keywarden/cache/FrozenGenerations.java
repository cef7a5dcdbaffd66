package io.keywarden.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.keywarden.cache.Entry.Known;
import io.keywarden.store.RecordKey;
import io.keywarden.token.SlotTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Generations that ended, for as long as something that they knew may be believed: until their leases are over, and for
 * tenants that want it, for some time after that. What the living ones hear or learn of is forgotten here. Safe for use by
 * several threads.
 */
final class FrozenGenerations {
    /** More are not kept, however often connections break: the oldest go first. */
    private static final int KEPT = 4;

    private final LongSupplier nanoClock;
    /** For how long after its lease something may be believed at most, in nanoseconds. */
    private final LongSupplier longestKnown;
    /** Newest first. Replaced whole, under the lock. */
    private volatile List<Generation> generations = List.of();
    /** The last one that spoke for the store's marker. Written under the lock. */
    private volatile @Nullable Generation root;
    /** When the first of them is too old to be kept. Written under the lock. */
    private volatile long nextPruning;
    /** What was flushed already; so that any number of flushes costs one. */
    private final Set<Flush> flushes = ConcurrentHashMap.newKeySet();

    private record Flush(Generation frozen, Generation living) {}

    /**
     * What one of them knew.
     *
     * @param known what
     * @param leaseEndNanos when the lease of its generation was over, or will be
     */
    record Frozen(Known known, long leaseEndNanos) {}

    FrozenGenerations(LongSupplier nanoClock, LongSupplier longestKnown) {
        this.nanoClock = nanoClock;
        this.longestKnown = longestKnown;
    }

    /** Takes the generations that spoke before and do not any more. */
    synchronized void add(Routing before, Routing next) {
        List<Generation> kept = new ArrayList<>();
        for (Generation generation : before.generations()) {
            if (!next.generations().contains(generation) && !generation.isDiscarded()) {
                kept.add(generation);
                if (generation == before.root()) {
                    root = generation;
                }
            }
        }
        int most = Math.max(KEPT, 2 * before.generations().size());
        for (Generation generation : generations) {
            if (kept.size() < most) {
                kept.add(generation);
            }
        }
        keep(kept);
    }

    /** Lets go of those of which nothing may be believed any more. Costs nothing as long as there is none. */
    void prune() {
        if ((!generations.isEmpty() || root != null) && nanoClock.getAsLong() - nextPruning >= 0) {
            synchronized (this) {
                keep(generations);
            }
        }
    }

    @GuardedBy("this")
    private void keep(List<Generation> candidates) {
        long now = nanoClock.getAsLong();
        long patience = longestKnown.getAsLong();
        List<Generation> kept = new ArrayList<>();
        long next = now + Long.MAX_VALUE / 2;
        for (Generation generation : candidates) {
            long end = generation.lease().endNanos() + patience;
            if (end - now > 0 && !generation.isDiscarded()) {
                kept.add(generation);
                next = Lease.earlier(end, next);
            }
        }
        Generation former = root;
        if (former != null) {
            long end = former.lease().endNanos();
            if (end - now > 0) {
                next = Lease.earlier(end, next);
            } else {
                root = null;
            }
        }
        generations = List.copyOf(kept);
        nextPruning = next;
        flushes.removeIf(flush -> !kept.contains(flush.frozen()));
    }

    /** How many there are. */
    int size() {
        return generations.size();
    }

    /** When the lease of the last one that spoke for the store's marker will be over; {@code otherwise} where it is. */
    long rootLeaseEnd(long nowNanos, long otherwise) {
        Generation former = root;
        if (former == null || former.isDiscarded()) {
            return otherwise;
        }
        long end = former.lease().endNanos();
        return end - nowNanos > 0 ? end : otherwise;
    }

    /** A living generation heard or learnt of a record: what was known of it before does not count any more. */
    void forget(RecordKey key) {
        for (Generation generation : generations) {
            generation.entries().remove(key);
        }
        prune();
    }

    /** A living generation heard that everything in its slots may have been written. */
    void forgetAll(Generation living, Predicate<SlotTag> slots) {
        for (Generation generation : generations) {
            // Once is enough, since what has ended learns nothing more.
            if (flushes.add(new Flush(generation, living))) {
                generation.entries().removeIf(key -> slots.test(key.slot()));
            }
        }
        prune();
    }

    /** Looks for the newest that knew something and whose lease was over no longer ago than the caller bears. */
    @Nullable
    Frozen find(RecordKey key, long nowNanos, long patienceNanos) {
        prune();
        for (Generation generation : generations) {
            long end = generation.lease().endNanos();
            if (nowNanos - end - patienceNanos < 0) {
                Entry entry = generation.entries().get(key);
                Known known = entry == null ? null : entry.known();
                if (known != null && !Loader.isAbsent(known) && !generation.isDiscarded()) {
                    return new Frozen(known, end);
                }
            }
        }
        return null;
    }
}
