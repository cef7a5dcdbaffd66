package io.keywarden.cache;

import io.keywarden.store.RecordKey;
import io.keywarden.token.SlotTag;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Which generation speaks for which slot, at one moment. Immutable.
 */
public final class Routing {
    private final List<Generation> generations;
    private final ToIntFunction<SlotTag> indexOf;
    /** Every check asks for it. */
    private final Generation root;

    private Routing(List<Generation> generations, ToIntFunction<SlotTag> indexOf) {
        this.generations = List.copyOf(generations);
        this.indexOf = indexOf;
        this.root = of(RecordKey.STORE.slot());
    }

    /**
     * Makes one.
     *
     * @param generations one for each master
     * @param indexOf which of them a slot tag belongs to
     */
    public static Routing of(List<Generation> generations, ToIntFunction<SlotTag> indexOf) {
        return new Routing(generations, indexOf);
    }

    /** The generation of a slot. */
    Generation of(SlotTag slot) {
        return generations.get(indexOf.applyAsInt(slot));
    }

    /** The generation of the store's marker, whose lease every decision needs. */
    Generation root() {
        return root;
    }

    /** Which slots a generation speaks for. Does not hold on to the generations. */
    Predicate<SlotTag> slotsOf(Generation generation) {
        int index = generations.indexOf(generation);
        ToIntFunction<SlotTag> masters = indexOf;
        return slot -> masters.applyAsInt(slot) == index;
    }

    List<Generation> generations() {
        return generations;
    }
}
