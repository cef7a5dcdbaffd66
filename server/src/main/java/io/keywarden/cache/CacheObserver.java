package io.keywarden.cache;

/** Is told what the near cache does, on whatever thread it does it; must be quick and must not throw. */
public interface CacheObserver {
    /** Takes no notice. */
    CacheObserver NONE = event -> {};

    /** What happens. */
    enum Event {
        /** A check that was decided found a record known. */
        HIT,
        /** A check found a record not known. */
        MISS,
        /** A record is read again before a credential is refused. */
        RECHECK,
        /** A record was pushed out by a write. */
        INVALIDATED,
        /** Everything was pushed out. */
        FLUSHED,
        /** A generation began. */
        GENERATION_STARTED,
        /** A generation ended. */
        GENERATION_ENDED,
        /** A decision was made from what was known before an outage. */
        SERVED_KNOWN,
        /** A record had changed although no push said so. */
        MISSED_PUSH,
        /** A record was read that is not to be believed, or not understood; what was known of it is forgotten. */
        REJECTED,
        /** Too many reads wait for their answers, or to be verified. */
        IN_FLIGHT_BOUND,
        /** Too many reads a second. */
        RATE_BOUND,
        /** Too many reads a second for one source. */
        SOURCE_BOUND
    }

    /** What came of a heartbeat. */
    enum Heartbeat {
        /** It renewed the lease. */
        PROVEN,
        /** The server answered, and did not prove that it is still the master. */
        UNPROVEN,
        /** It ended the generation. */
        FAILED
    }

    /** It happened. */
    void on(Event event);

    /** It happened several times in one check, or not at all. */
    default void on(Event event, int times) {
        for (int i = 0; i < times; i++) {
            on(event);
        }
    }

    /**
     * A heartbeat is over.
     *
     * @param nanos how long it took from its sending
     */
    default void heartbeat(Heartbeat outcome, long nanos) {}
}
