package io.keywarden.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.keywarden.store.RecordKey;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * From when on the latest writes hold, so that a repeat is answered the same. Only what is promised is remembered: where
 * nothing was, a repeat may find that it can be by now. It forgets when it is full and when the process ends; a repeat is then
 * answered what holds from the repeat on. Safe for use by several threads.
 */
final class FirstTimes {
    private static final int REMEMBERED = 20_000;

    private final Cache<Version, Times> times = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();

    private record Version(RecordKey key, long version) {}

    /** Takes note of a write. */
    void made(RecordKey key, long version, Times first) {
        if (first.effective().isPresent()) {
            times.put(new Version(key, version), first);
        }
    }

    /** What was promised of a write; where that is not known, what can be now, which is what is answered from then on. */
    Times of(RecordKey key, long version, Supplier<Times> now) {
        Version wanted = new Version(key, version);
        return Optional.ofNullable(times.getIfPresent(wanted)).orElseGet(() -> {
            Times later = now.get();
            made(key, version, later);
            return later;
        });
    }
}
