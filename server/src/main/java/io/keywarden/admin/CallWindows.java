package io.keywarden.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Counts calls of a kind, by who makes them, in windows of a minute. Safe for use by several threads. */
final class CallWindows {
    /** How long a window is. */
    static final Duration LENGTH = Duration.ofMinutes(1);
    /** How many callers are remembered: the ones whose windows began first are forgotten first. */
    static final int MOST_CALLERS = 10_000;

    private final int most;
    private final InstantSource clock;
    /** Guarded by "this". */
    private final Map<String, Window> windows = new LinkedHashMap<>();

    private record Window(Instant start, int calls) {
        /** A wall clock can step back: then a window begins anew. */
        private boolean isOpen(Instant now) {
            return !now.isBefore(start) && now.isBefore(start.plus(LENGTH));
        }
    }

    /** Takes how many calls a window may have. */
    CallWindows(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    /** Counts a call, and answers how long to wait with the next one; empty where there were not too many. */
    synchronized Optional<Duration> count(String caller) {
        Instant now = clock.instant();
        Optional<Window> before = Optional.ofNullable(windows.get(caller)).filter(window -> window.isOpen(now));
        Window window =
                before.map(open -> new Window(open.start(), open.calls() + 1)).orElseGet(() -> new Window(now, 1));
        if (before.isEmpty()) {
            windows.remove(caller);
            forget();
        }
        windows.put(caller, window);
        return window.calls() <= most
                ? Optional.empty()
                : Optional.of(Duration.between(now, window.start().plus(LENGTH)));
    }

    /** How many callers are remembered. */
    synchronized int callers() {
        return windows.size();
    }

    private void forget() {
        if (windows.size() >= MOST_CALLERS) {
            windows.remove(windows.keySet().iterator().next());
        }
    }
}
