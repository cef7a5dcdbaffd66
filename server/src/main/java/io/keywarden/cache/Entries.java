package io.keywarden.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.keywarden.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * What a generation knows by key. A read puts its placeholder here before it is sent, and its reply replaces that very
 * placeholder only: so a write that is pushed in between, which takes the placeholder away, is never overwritten by the
 * older reply. Safe for use by several threads.
 */
final class Entries {
    private final Cache<RecordKey, Entry> found;
    private final Cache<RecordKey, Entry> absent;

    Entries(CacheLimits limits) {
        this.found = Caffeine.newBuilder()
                .maximumWeight(limits.bytes())
                .weigher((RecordKey key, Entry entry) -> entry.weight())
                .executor(Runnable::run)
                .build();
        // Apart, so that asking for what is not there pushes nothing out that is.
        this.absent = Caffeine.newBuilder()
                .maximumSize(limits.misses())
                .executor(Runnable::run)
                .build();
    }

    @Nullable
    Entry get(RecordKey key) {
        Entry entry = found.getIfPresent(key);
        return entry == null ? absent.getIfPresent(key) : entry;
    }

    void remove(RecordKey key) {
        found.asMap().remove(key);
        absent.asMap().remove(key);
    }

    void clear() {
        found.asMap().clear();
        absent.asMap().clear();
    }

    /** How many there are, by estimate. */
    long count() {
        return found.estimatedSize() + absent.estimatedSize();
    }

    /** What they weigh together, in bytes, by estimate. */
    long bytes() {
        return found.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }
}
