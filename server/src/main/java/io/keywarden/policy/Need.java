package io.keywarden.policy;

import io.keywarden.token.Operation;
import java.util.function.Function;

/** What a request needs, as far as that is known. */
public sealed interface Need {
    /** Turns each kind into something. */
    <R> R fold(Function<Known, R> onKnown, Function<Unknown, R> onUnknown, Function<CannotTell, R> onCannotTell);

    /**
     * An operation of the catalog.
     *
     * @param operation which
     */
    record Known(Operation operation) implements Need {
        @Override
        public <R> R fold(
                Function<Known, R> onKnown, Function<Unknown, R> onUnknown, Function<CannotTell, R> onCannotTell) {
            return onKnown.apply(this);
        }
    }

    /** Nothing says what it needs. */
    record Unknown() implements Need {
        @Override
        public <R> R fold(
                Function<Known, R> onKnown, Function<Unknown, R> onUnknown, Function<CannotTell, R> onCannotTell) {
            return onUnknown.apply(this);
        }
    }

    /**
     * What would say it could not be read.
     *
     * @param decision why
     */
    record CannotTell(Decision.CannotTell decision) implements Need {
        @Override
        public <R> R fold(
                Function<Known, R> onKnown, Function<Unknown, R> onUnknown, Function<CannotTell, R> onCannotTell) {
            return onCannotTell.apply(this);
        }
    }
}
