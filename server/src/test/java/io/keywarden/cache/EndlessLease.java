package io.keywarden.cache;

/** A near cache without its guard: no lease ever ends, since its clock stands still. */
public final class EndlessLease {
    private EndlessLease() {}

    /** Makes one. */
    public static NearCache cache(NearCache.Needs needs, CacheLimits limits) {
        long now = System.nanoTime();
        return new NearCache(needs, limits, () -> now, Runnable::run);
    }
}
