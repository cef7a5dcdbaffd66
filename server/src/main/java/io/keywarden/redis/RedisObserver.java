package io.keywarden.redis;

/** Is told of every command, on the thread on which its answer came; so it must be quick and must not throw. */
@FunctionalInterface
public interface RedisObserver {
    /** Tells nobody. */
    RedisObserver NONE = (operation, outcome, nanos) -> {};

    /** What was asked of Redis. */
    enum Operation {
        /** Records. */
        FETCH,
        /** A commit. */
        COMMIT,
        /** A write that changes nothing. */
        CONFIRM,
        /** Members of a list. */
        LIST,
        /** The holder of a name. */
        HOLDER,
        /** A request mark. */
        MARK,
        /** History events. */
        EVENTS,
        /** When a secret was used. */
        USES
    }

    /** What came of it. */
    enum Outcome {
        /** An answer. */
        OK,
        /** A commit did not find what it expected. */
        CONFLICT,
        /** An error, or a limit here. */
        REFUSED,
        /** There is no connection. */
        DISCONNECTED,
        /** No answer in time, or the connection broke before it. */
        NO_ANSWER
    }

    /**
     * A command is over.
     *
     * @param nanos how long it took
     */
    void observed(Operation operation, Outcome outcome, long nanos);
}
