package io.keywarden.cache;

import io.keywarden.store.Lookup;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What a generation has under one key. An entry equals itself only, so that replacing one means that very one.
 */
abstract sealed class Entry {
    /** How much it weighs, in bytes, by estimate. */
    abstract int weight();

    /** What is known, which may be that there is nothing; null while it is being read for the first time. */
    abstract @Nullable Known known();

    /** A record that was read, judged and compiled, or that is absent. */
    static final class Known extends Entry {
        private static final AtomicIntegerFieldUpdater<Known> WAITING =
                AtomicIntegerFieldUpdater.newUpdater(Known.class, "waiting");

        /** What was found; or, where nothing was, the lookup that says so: an object less to read for each hit. */
        private final Object value;

        private final boolean found;
        private final int weight;
        private final long fingerprint;
        private final long version;
        /** When the last read was sent that said so. */
        private volatile long readNanos;
        /** 1 while it waits to be read again. No object of its own: there are as many of these as records are known. */
        private volatile int waiting;

        Known(Lookup<?> value, long readNanos, int weight, long fingerprint, long version) {
            this.found = value instanceof Lookup.Found<?>;
            this.value = value instanceof Lookup.Found<?> hit ? hit.value() : value;
            this.readNanos = readNanos;
            this.weight = weight;
            this.fingerprint = fingerprint;
            this.version = version;
        }

        Lookup<?> value() {
            return found ? new Lookup.Found<>(value) : (Lookup<?>) value;
        }

        /** Whether it says that there is something. */
        boolean isFound() {
            return found;
        }

        /** When the last read of it was sent. */
        long readNanos() {
            return readNanos;
        }

        /** A read that was sent later says the same. Where this was taken out of its place meanwhile, that helps nobody. */
        void readAgain(long sentNanos) {
            readNanos = sentNanos;
        }

        /** A hash of what was read, by which a change without a push is found. */
        long fingerprint() {
            return fingerprint;
        }

        /** Which version of the record it is; 0 where it is not one record that says it. */
        long version() {
            return version;
        }

        /** Notes that it waits to be read again; answers whether it did not before. */
        boolean beginWaiting() {
            return waiting == 0 && WAITING.compareAndSet(this, 0, 1);
        }

        /** It does not wait any more. */
        void endWaiting() {
            waiting = 0;
        }

        @Override
        int weight() {
            return weight;
        }

        @Override
        Known known() {
            return this;
        }
    }

    /** A read that was sent and not answered. What was known before it stays known meanwhile. */
    static final class Reading extends Entry {
        private static final int WEIGHT = 256;

        private final @Nullable Known before;
        private final long sentNanos;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();

        Reading(Optional<Known> before, long sentNanos) {
            this.before = before.orElse(null);
            this.sentNanos = sentNanos;
        }

        long sentNanos() {
            return sentNanos;
        }

        /** What came of it. Completes on whatever thread; never exceptionally. */
        CompletableFuture<Answer> answer() {
            return answer;
        }

        @Override
        int weight() {
            return before == null ? WEIGHT : WEIGHT + before.weight();
        }

        @Override
        @Nullable
        Known known() {
            return before;
        }
    }

    /**
     * What came of a read, for the checks that wait for it.
     *
     * @param value what it says
     * @param sentNanos when it was sent: it is to be believed no longer than a lease from then on, kept or not
     * @param untilNanos until when at most the other master may be believed that it was sent on to; empty where it was not
     */
    record Answer(Lookup<?> value, long sentNanos, OptionalLong untilNanos) {
        /** What came from the master that the routing knows it of. */
        Answer(Lookup<?> value, long sentNanos) {
            this(value, sentNanos, OptionalLong.empty());
        }
    }
}
