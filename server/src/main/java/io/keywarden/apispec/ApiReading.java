package io.keywarden.apispec;

import java.util.List;
import java.util.function.Function;

/** What came of reading a description of an API. */
public sealed interface ApiReading {
    /** Turns each kind into something. */
    <R> R fold(Function<Understood, R> onUnderstood, Function<Refused, R> onRefused);

    /**
     * What the description describes.
     *
     * @param calls what can be called, in the order of the description; at least one
     */
    record Understood(List<DescribedCall> calls) implements ApiReading {
        /** Copies the list. */
        public Understood {
            calls = List.copyOf(calls);
        }

        @Override
        public <R> R fold(Function<Understood, R> onUnderstood, Function<Refused, R> onRefused) {
            return onUnderstood.apply(this);
        }
    }

    /**
     * Why it is not taken.
     *
     * @param problems what is wrong with it; at least one
     */
    record Refused(List<Problem> problems) implements ApiReading {
        /** Copies the list. */
        public Refused {
            problems = List.copyOf(problems);
        }

        /** One problem. */
        static Refused of(String where, String expected) {
            return new Refused(List.of(new Problem(where, expected)));
        }

        @Override
        public <R> R fold(Function<Understood, R> onUnderstood, Function<Refused, R> onRefused) {
            return onRefused.apply(this);
        }
    }

    /**
     * Something that is wrong with a description.
     *
     * @param where its place, such as {@code paths./orders.get}; empty text for the whole
     * @param expected what should be there
     */
    record Problem(String where, String expected) {
        @Override
        public String toString() {
            return where.isEmpty() ? expected : "at " + where + " " + expected;
        }
    }
}
