package io.keywarden.config;

import java.util.List;
import java.util.function.Function;

/**
 * What came of reading a file: what it says, or everything that is wrong with it.
 *
 * @param <T> what the file says
 */
public sealed interface Loaded<T> {
    /** Turns each outcome into something. */
    <R> R fold(Function<T, R> onValid, Function<List<ConfigProblem>, R> onInvalid);

    /**
     * The file is right.
     *
     * @param value what it says
     */
    record Valid<T>(T value) implements Loaded<T> {
        @Override
        public <R> R fold(Function<T, R> onValid, Function<List<ConfigProblem>, R> onInvalid) {
            return onValid.apply(value);
        }
    }

    /**
     * The file cannot be used.
     *
     * @param problems all of them, in the order of the file; at least one
     */
    record Invalid<T>(List<ConfigProblem> problems) implements Loaded<T> {
        /** Copies the list. */
        public Invalid {
            problems = List.copyOf(problems);
        }

        @Override
        public <R> R fold(Function<T, R> onValid, Function<List<ConfigProblem>, R> onInvalid) {
            return onInvalid.apply(problems);
        }
    }
}
