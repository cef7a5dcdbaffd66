package io.keywarden.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import io.keywarden.cache.Entry.Known;
import io.keywarden.cache.Entry.Reading;
import io.keywarden.store.RecordKey;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a generation knows by key. A read that may bring something puts its placeholder here before it is sent, and its reply
 * replaces that very placeholder only: so a write that is pushed in between, which takes the placeholder away, is never
 * overwritten by the older reply. Safe for use by several threads.
 */
final class Entries {
    private final Cache<RecordKey, Entry> found;
    /** Apart, so that asking for what is not there pushes nothing out that is. */
    private final Cache<RecordKey, Entry> absent;

    Entries(CacheLimits limits) {
        this.found = Caffeine.newBuilder()
                .maximumWeight(limits.bytes())
                .weigher((RecordKey key, Entry entry) -> entry.weight())
                .executor(Runnable::run)
                .build();
        this.absent = Caffeine.newBuilder()
                .maximumSize(limits.misses())
                .executor(Runnable::run)
                .build();
    }

    /** What is under a key; null where nothing is. */
    @Nullable
    Entry get(RecordKey key) {
        // Does not count as a use: that costs each check a note in a queue.
        Entry entry = found.policy().getIfPresentQuietly(key);
        return entry == null ? absent.getIfPresent(key) : entry;
    }

    /** Counts a use of what was found, which makes it last longer than what is not used. For each hit once a minute. */
    void noteUse(RecordKey key) {
        Entry unused = found.getIfPresent(key);
    }

    /**
     * Puts a placeholder where a read is about to be sent. One that goes on knowing what was there replaces that very entry
     * and nothing else, since a push that came meanwhile has taken away what it knows. One that knows nothing may go where
     * nothing is.
     *
     * @param current what was there when the placeholder was made
     * @return whether it is there now; if not, nothing changed, and the caller has to look anew
     */
    boolean begin(RecordKey key, @Nullable Entry current, Reading placeholder) {
        if (placeholder.known() != null) {
            // Not beside the absent ones too: a push that comes between the two maps would leave it there.
            return current != null && found.asMap().replace(key, current, placeholder);
        }
        RecordKey kept = key.kept();
        // In both maps, so that wherever the reply goes, a push in between has taken its place away.
        if (found.asMap().putIfAbsent(kept, placeholder) != null) {
            return false;
        }
        absent.put(kept, placeholder);
        return true;
    }

    /** Keeps what a read found, if its placeholder is still there. */
    boolean keepFound(RecordKey key, Reading placeholder, Known known) {
        absent.asMap().remove(key, placeholder);
        return found.asMap().replace(key, placeholder, known);
    }

    /**
     * Keeps that a read found nothing, if its placeholder is still there. Where something was known before, that is
     * forgotten, and the next read remembers.
     *
     * @return whether its placeholder was still there
     */
    boolean keepAbsent(RecordKey key, Reading placeholder, Known known) {
        boolean unused = absent.asMap().replace(key, placeholder, known);
        return found.asMap().remove(key, placeholder);
    }

    /** Forgets what was known before a read too, if its placeholder is still there; answers whether it was. */
    boolean drop(RecordKey key, Reading placeholder) {
        absent.asMap().remove(key, placeholder);
        return found.asMap().remove(key, placeholder);
    }

    /** Takes a placeholder away whose read told nothing at all; what was known before it is known again. */
    void giveUp(RecordKey key, Reading placeholder) {
        absent.asMap().remove(key, placeholder);
        Known before = placeholder.known();
        if (before == null) {
            found.asMap().remove(key, placeholder);
        } else {
            boolean unused = found.asMap().replace(key, placeholder, before);
        }
    }

    /** Forgets what was found, if it is still that. */
    void forget(RecordKey key, Known known) {
        found.asMap().remove(key, known);
    }

    void remove(RecordKey key) {
        found.asMap().remove(key);
        absent.asMap().remove(key);
    }

    /** Forgets what is under some keys. */
    void removeIf(Predicate<RecordKey> keys) {
        found.asMap().keySet().removeIf(keys);
        absent.asMap().keySet().removeIf(keys);
    }

    void clear() {
        found.asMap().clear();
        absent.asMap().clear();
    }

    /** How many entries there are, about. */
    long size() {
        return found.estimatedSize() + absent.estimatedSize();
    }

    /** How much they weigh, by estimate. */
    long bytes() {
        return found.policy()
                .eviction()
                .map(Policy.Eviction::weightedSize)
                .map(size -> size.orElse(0))
                .orElse(0L);
    }
}
