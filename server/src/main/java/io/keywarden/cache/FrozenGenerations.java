package io.keywarden.cache;

import io.keywarden.cache.Entry.Known;
import io.keywarden.store.RecordKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Generations that ended, for as long as something that they knew may be believed: until their leases are over, and for
 * tenants that want it, for some time after that. Safe for use by several threads.
 */
final class FrozenGenerations {
    /** More are not kept, however often connections break: the oldest go first. */
    private static final int KEPT = 4;

    /** Newest first. Replaced whole, in {@link #add}. */
    private volatile List<Generation> generations = List.of();

    /**
     * What one of them knew.
     *
     * @param known what
     * @param leaseEndNanos when the lease of its generation was over, or will be
     */
    record Frozen(Known known, long leaseEndNanos) {}

    /** Takes the generations that spoke before and do not any more, and lets go of those that are too old. */
    synchronized void add(Routing before, Routing next, long nowNanos, long longestKnownNanos) {
        List<Generation> kept = new ArrayList<>();
        for (Generation generation : before.generations()) {
            if (!next.generations().contains(generation) && !generation.isDiscarded()) {
                kept.add(generation);
            }
        }
        int most = Math.max(KEPT, 2 * before.generations().size());
        for (Generation generation : generations) {
            boolean young = nowNanos - generation.lease().endNanos() - longestKnownNanos < 0;
            if (young && kept.size() < most) {
                kept.add(generation);
            }
        }
        generations = List.copyOf(kept);
    }

    /** Looks for the newest that knew something and whose lease was over no longer ago than the caller bears. */
    @Nullable
    Frozen find(RecordKey key, long nowNanos, long patienceNanos) {
        for (Generation generation : generations) {
            long end = generation.lease().endNanos();
            if (nowNanos - end - patienceNanos < 0 && !generation.isDiscarded()) {
                Entry entry = generation.entries().get(key);
                Known known = entry == null ? null : entry.known();
                if (known != null && !Loader.isAbsent(known)) {
                    return new Frozen(known, end);
                }
            }
        }
        return null;
    }
}
