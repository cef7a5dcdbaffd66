package io.keywarden.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.keywarden.store.RecordKey;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way from a generation to those that spoke before it, which have to forget what it hears or learns of. Until it speaks
 * itself there is nobody to tell, so what they have to forget is remembered here. Safe for use by several threads.
 */
final class Succession {
    /** So many records are remembered one by one; with more, everything is to be forgotten. */
    private static final int MOST = 10_000;

    /** Those that spoke before; null until the generation speaks itself. Written once, under the lock. */
    private volatile @Nullable Former former;
    /** What they have to forget then. */
    @GuardedBy("this")
    private final Set<RecordKey> early = new HashSet<>();

    /** Whether that is everything. */
    @GuardedBy("this")
    private boolean allEarly;

    /** The generations before one, which have to forget what it hears or learns of. */
    interface Former {
        void forget(RecordKey key);

        void forgetAll();
    }

    /** What was known of a record before does not count any more. */
    void forget(RecordKey key) {
        Former known = former;
        if (known == null) {
            known = remember(key);
        }
        if (known != null) {
            known.forget(key);
        }
    }

    /** Nothing that was known before counts any more. */
    void forgetAll() {
        Former known = former;
        if (known == null) {
            known = rememberAll();
        }
        if (known != null) {
            known.forgetAll();
        }
    }

    /** Looks again who there is, under the lock: who began in between has taken what was remembered, and would miss this. */
    private synchronized @Nullable Former remember(RecordKey key) {
        allEarly |= early.size() >= MOST;
        if (former == null && !allEarly) {
            early.add(key);
        }
        return former;
    }

    /** Looks again too. */
    private synchronized @Nullable Former rememberAll() {
        allEarly = true;
        return former;
    }

    /** The generation speaks for its slots from now on, after those. Only the first call counts. */
    void begin(Former those) {
        Set<RecordKey> keys;
        boolean all;
        synchronized (this) {
            if (former != null) {
                return;
            }
            former = those;
            keys = Set.copyOf(early);
            all = allEarly;
            early.clear();
        }
        keys.forEach(those::forget);
        if (all) {
            those.forgetAll();
        }
    }
}
