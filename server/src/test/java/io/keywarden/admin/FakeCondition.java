package io.keywarden.admin;

import io.keywarden.store.StoreCondition;
import java.util.List;
import java.util.Optional;

/** Servers that are as a test says: at first a single one, with an append-only file and no weakness. */
final class FakeCondition implements StoreCondition {
    private volatile Optional<Condition> condition = Optional.of(new Condition("first", true, true, List.of()));

    @Override
    public Optional<Condition> now() {
        return condition;
    }

    void away() {
        condition = Optional.empty();
    }

    void epoch(String epoch) {
        condition = Optional.of(new Condition(epoch, true, true, List.of()));
    }

    void replicated() {
        condition = Optional.of(new Condition("first", false, true, List.of()));
    }

    void withoutFile(String... weaknesses) {
        condition = Optional.of(new Condition("first", true, false, List.of(weaknesses)));
    }
}
