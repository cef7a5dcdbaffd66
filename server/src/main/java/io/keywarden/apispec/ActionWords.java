package io.keywarden.apispec;

import io.keywarden.token.Action;
import java.util.List;
import java.util.Optional;

/** Says what gRPC methods amount to, by the first word of their names. */
final class ActionWords {
    private static final String OTHER = "other";
    private static final List<Word> ALWAYS = List.of(
            new Word("Get", Action.READ),
            new Word("List", Action.READ),
            new Word("Search", Action.READ),
            new Word("Watch", Action.READ),
            new Word("Create", Action.CREATE),
            new Word("Add", Action.CREATE),
            new Word("Delete", Action.DELETE),
            new Word("Remove", Action.DELETE));

    private final List<Word> first;

    /** Takes words that come before the ones that are always there. */
    ActionWords(List<Word> first) {
        this.first = List.copyOf(first);
    }

    /**
     * A word and its action.
     *
     * @param text the word
     * @param action the action
     */
    record Word(String text, Action action) {
        /** Whether a name begins with the word: {@code Get} is in GetOrder, and not in Getaway. */
        private boolean begins(String name) {
            return name.startsWith(text)
                    && (name.length() == text.length() || !Character.isLowerCase(name.charAt(text.length())));
        }
    }

    /** What a method amounts to. No description says whether one is restricted. */
    DescribedCall.Effect effect(String method) {
        return effect(first, true, method)
                .or(() -> effect(ALWAYS, false, method))
                .orElseGet(() -> new DescribedCall.Effect(Action.EDIT, OTHER, false, Optional.empty()));
    }

    private static Optional<DescribedCall.Effect> effect(List<Word> words, boolean explicit, String method) {
        return words.stream()
                .filter(word -> word.begins(method))
                .findFirst()
                .map(word -> new DescribedCall.Effect(word.action(), word.text(), explicit, Optional.empty()));
    }
}
