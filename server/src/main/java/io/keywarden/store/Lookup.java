package io.keywarden.store;

import io.keywarden.policy.Reason;
import java.util.function.Function;

/**
 * What came of looking something up: it is there, it is not there, or it cannot be told.
 *
 * @param <T> what was looked for
 */
public sealed interface Lookup<T> {
    /** Turns each outcome into something. */
    <R> R fold(Function<T, R> onFound, Function<NotFound<T>, R> onNotFound, Function<CannotTell<T>, R> onCannotTell);

    /** Turns what was found into something else. */
    default <R> Lookup<R> map(Function<T, R> mapping) {
        return fold(
                value -> new Found<>(mapping.apply(value)),
                absent -> new NotFound<>(),
                unknown -> new CannotTell<>(unknown.reason(), unknown.detail()));
    }

    /** Goes on with what was found; what was not found or cannot be told stays that. */
    default <R> Lookup<R> flatMap(Function<T, Lookup<R>> next) {
        return fold(next, absent -> new NotFound<>(), unknown -> new CannotTell<>(unknown.reason(), unknown.detail()));
    }

    /**
     * It is there.
     *
     * @param value what was found
     */
    record Found<T>(T value) implements Lookup<T> {
        @Override
        public <R> R fold(
                Function<T, R> onFound, Function<NotFound<T>, R> onNotFound, Function<CannotTell<T>, R> onCannotTell) {
            return onFound.apply(value);
        }
    }

    /** It is not there, as a store that is known to be the right one says. */
    record NotFound<T>() implements Lookup<T> {
        @Override
        public <R> R fold(
                Function<T, R> onFound, Function<NotFound<T>, R> onNotFound, Function<CannotTell<T>, R> onCannotTell) {
            return onNotFound.apply(this);
        }
    }

    /**
     * It cannot be told.
     *
     * @param reason STORE_UNAVAILABLE, STALE_STATE, RECORD_TAMPERED or INTERNAL
     * @param detail what exactly, for the log; never a secret
     */
    record CannotTell<T>(Reason reason, String detail) implements Lookup<T> {
        /** Rejects a reason that is a deny. */
        public CannotTell {
            if (reason.group() != Reason.Group.CANNOT_TELL) {
                throw new IllegalArgumentException(reason + " (expected: a reason that cannot tell)");
            }
        }

        @Override
        public <R> R fold(
                Function<T, R> onFound, Function<NotFound<T>, R> onNotFound, Function<CannotTell<T>, R> onCannotTell) {
            return onCannotTell.apply(this);
        }
    }
}
