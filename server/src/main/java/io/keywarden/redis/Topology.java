package io.keywarden.redis;

import io.keywarden.token.Base62;
import io.keywarden.token.SlotTag;
import io.lettuce.core.cluster.SlotHash;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which masters there are, and what each is responsible for, as it was read at one moment. Two are equal that name the same
 * masters in the same order with the same slots and numbers of replicas. Immutable.
 */
final class Topology {
    /** There is no master for this slot. */
    static final int NONE = -1;

    private static final SlotRange ALL_SLOTS = new SlotRange(0, SlotHash.SLOT_COUNT - 1);

    /** Enough to reach each slot. */
    private static final long TAGS = 62L * 62 * 62;

    private final List<Master> masters;
    /** The index of a slot's master. */
    private final short[] bySlot;
    /** Whether there is one master, responsible for everything. */
    private final boolean alone;

    private Topology(List<Master> masters, short[] bySlot) {
        this.masters = masters;
        this.bySlot = bySlot;
        this.alone = IntStream.range(0, bySlot.length).allMatch(slot -> bySlot[slot] == 0);
    }

    /**
     * A master.
     *
     * @param address where it is
     * @param replicas how many replicas belong to it as far as is known, those included that are gone or cut off
     * @param slots what it is responsible for
     */
    record Master(RedisSettings.Address address, int replicas, List<SlotRange> slots) {
        Master {
            slots = List.copyOf(slots);
        }

        /** A master that is responsible for everything. */
        static Master ofAll(RedisSettings.Address address, int replicas) {
            return new Master(address, replicas, List.of(ALL_SLOTS));
        }
    }

    /**
     * Slots beside each other.
     *
     * @param first the first
     * @param last the last one, which is in it
     */
    record SlotRange(int first, int last) {
        SlotRange {
            if (first < 0 || last < first || last >= SlotHash.SLOT_COUNT) {
                throw new IllegalArgumentException("slots " + first + "-" + last + " (expected: within 0-16383)");
            }
        }
    }

    /** Puts one together; there may be slots without a master. */
    static Topology of(List<Master> masters) {
        short[] bySlot = new short[SlotHash.SLOT_COUNT];
        Arrays.fill(bySlot, (short) NONE);
        for (int i = 0; i < masters.size(); i++) {
            for (SlotRange range : masters.get(i).slots()) {
                Arrays.fill(bySlot, range.first(), range.last() + 1, (short) i);
            }
        }
        return new Topology(List.copyOf(masters), bySlot);
    }

    List<Master> masters() {
        return masters;
    }

    /** Which of the masters is responsible for the keys with this tag; {@link #NONE} where none is. */
    int masterOf(SlotTag tag) {
        // Each check asks several times, and hashing costs more than finding what is known.
        return alone ? 0 : bySlot[SlotHash.getSlot(tag.text())];
    }

    /** Some tags of different slots whose keys belong to this master, at least one, always the same ones. */
    List<SlotTag> tagsOf(int master, int most) {
        Map<Integer, SlotTag> found = new LinkedHashMap<>();
        for (long number = 0; number < TAGS && found.size() < most; number++) {
            SlotTag tag = new SlotTag(Base62.encode(number, SlotTag.LENGTH));
            if (masterOf(tag) == master) {
                found.putIfAbsent(SlotHash.getSlot(tag.text()), tag);
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("master " + master + " (expected: one with slots)");
        }
        return List.copyOf(found.values());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Topology topology && masters.equals(topology.masters);
    }

    @Override
    public int hashCode() {
        return masters.hashCode();
    }

    @Override
    public String toString() {
        return masters.stream()
                .map(master -> "master=" + master.address() + " replicas=" + master.replicas())
                .collect(Collectors.joining(" "));
    }
}
