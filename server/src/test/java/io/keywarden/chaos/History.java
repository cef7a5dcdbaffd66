package io.keywarden.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All that clients saw in one run: when each check and each write began and ended, and what came of it. All times are of
 * one {@link System#nanoTime}. Safe for use by several threads.
 */
final class History {
    /** What began before does not count. */
    private volatile long start;

    private final Map<String, Track> tracks = new ConcurrentHashMap<>();
    private final List<Window> windows = new CopyOnWriteArrayList<>();

    /** Begins one. */
    History(long startNanos) {
        this.start = startNanos;
    }

    /** What a check came to. */
    enum Answer {
        ALLOW,
        DENY,
        /** It could not be told, or no answer came. */
        ERROR
    }

    /**
     * One check of one token.
     *
     * @param start before it was sent
     * @param end after its answer was there
     */
    record Check(long start, long end, Answer answer) {}

    /**
     * One write to one token. The writes to a token do not overlap.
     *
     * @param start before it was sent
     * @param end after its answer was there
     * @param narrows whether it takes the right away, and does not give it back
     * @param maybeMade whether it may have been made; false where the answer says that nothing was written
     * @param effective from when on no check may be allowed; empty where nothing is promised
     */
    record Write(long start, long end, boolean narrows, boolean maybeMade, OptionalLong effective) {}

    /**
     * A time in which a fault was there.
     *
     * @param fault what it was
     */
    record Window(String fault, long start, long end) {}

    /** What was seen of one token. */
    static final class Track {
        private final List<Check> checks = new ArrayList<>();
        private final List<Write> writes = new ArrayList<>();

        synchronized void add(Check check) {
            checks.add(check);
        }

        synchronized void add(Write write) {
            writes.add(write);
        }

        synchronized List<Check> checks() {
            return List.copyOf(checks);
        }

        synchronized List<Write> writes() {
            return List.copyOf(writes);
        }
    }

    /** Forgets all there was, such as the checks of a program that is not warm yet. */
    void begin(long startNanos) {
        start = startNanos;
        tracks.clear();
        windows.clear();
    }

    /** Takes note of a check. */
    void checked(String token, Check check) {
        if (check.start() - start >= 0) {
            track(token).add(check);
        }
    }

    /** Takes note of a write. */
    void wrote(String token, Write write) {
        track(token).add(write);
    }

    /** Takes note of a fault that is over. */
    void window(Window window) {
        windows.add(window);
    }

    private Track track(String token) {
        return tracks.computeIfAbsent(token, any -> new Track());
    }

    long start() {
        return start;
    }

    Map<String, Track> tracks() {
        return Map.copyOf(tracks);
    }

    List<Window> windows() {
        return List.copyOf(windows);
    }

    /** A time that a server told, on the monotonic clock, by how both clocks stand at this moment. */
    static OptionalLong monotonic(Optional<Instant> told, Instant wallNow, long nanosNow) {
        return told.isPresent()
                ? OptionalLong.of(
                        nanosNow + Duration.between(wallNow, told.get()).toNanos())
                : OptionalLong.empty();
    }
}
