package io.keywarden.store;

import com.google.protobuf.ByteString;
import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One step of writing: what must still be so, and what is written then. Everything in it is in one slot.
 *
 * @param slot the slot of all its keys
 * @param urgency whether a store that is full still takes it
 * @param records the records, each with the bytes that must be there now
 * @param names names that must be free and become taken, or are given back
 * @param listings what lists get to hold
 * @param events the history events of what is written
 * @param mark what is kept of the call's request_id
 */
public record Commit(
        SlotTag slot,
        Urgency urgency,
        List<RecordChange> records,
        List<NameClaim> names,
        List<Listing> listings,
        List<NewEvent> events,
        Optional<NewMark> mark) {
    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if something is in another slot, or two changes are of the same thing
     */
    public Commit {
        records = List.copyOf(records);
        names = List.copyOf(names);
        listings = List.copyOf(listings);
        events = List.copyOf(events);
        requireSlot(slot, records.stream().map(change -> change.key().slot()));
        requireSlot(slot, names.stream().map(claim -> claim.index().slot()));
        requireSlot(slot, listings.stream().map(listing -> listing.index().slot()));
        requireSlot(slot, events.stream().map(event -> event.key().slot()));
        requireDistinct(records.stream().map(RecordChange::key).toList());
        requireDistinct(events.stream().map(NewEvent::key).toList());
        requireDistinct(names.stream()
                .map(claim -> List.of(claim.index(), claim.name()))
                .toList());
    }

    /** A commit of one record, without a history event. */
    public static Commit of(RecordChange change, Urgency urgency) {
        return new Commit(
                change.key().slot(), urgency, List.of(change), List.of(), List.of(), List.of(), Optional.empty());
    }

    private static void requireSlot(SlotTag slot, Stream<SlotTag> found) {
        found.filter(other -> !other.equals(slot)).findFirst().ifPresent(other -> {
            throw new IllegalArgumentException("a change in slot " + other.text() + " (expected: " + slot.text() + ")");
        });
    }

    private static void requireDistinct(List<?> things) {
        if (Set.copyOf(things).size() != things.size()) {
            throw new IllegalArgumentException(things.size() + " changes, two of one thing (expected: one of each)");
        }
    }

    /** Whether a store that is full still takes a commit. */
    public enum Urgency {
        /** No: it makes the store grow. */
        GROWS,
        /** Yes: it takes a right away. A history that somebody tampered with does not stop it either. */
        NARROWS
    }

    /** What a commit can find otherwise than expected. */
    public enum Expected {
        /** The bytes of a record. */
        RECORD,
        /** A name that is free, or in the hands of who gives it back. */
        NAME,
        /** A history that ends where the record says; asked of what {@link Urgency#GROWS} only. */
        HISTORY,
        /** A request_id that was not used. */
        REQUEST
    }

    /**
     * A record: what must be there, and what is there afterwards.
     *
     * @param key which
     * @param before the exact bytes that must be there; empty where nothing may be there
     * @param after the signed bytes that are written; empty leaves it as it is where {@code remove} is false
     * @param remove whether it is removed (only claims are: everything else leaves a tombstone)
     */
    public record RecordChange(RecordKey key, Optional<ByteString> before, Optional<ByteString> after, boolean remove) {
        /** A record that is compared and written. */
        public static RecordChange write(RecordKey key, Optional<ByteString> before, ByteString after) {
            return new RecordChange(key, before, Optional.of(after), false);
        }

        /** A record that is only compared: the decision to write was made on it. */
        public static RecordChange unchanged(StoredRecord record) {
            return new RecordChange(record.key(), Optional.of(record.bytes()), Optional.empty(), false);
        }

        /** A key where nothing may be; nothing is written there. */
        public static RecordChange absent(RecordKey key) {
            return new RecordChange(key, Optional.empty(), Optional.empty(), false);
        }

        /** A record that is compared and removed. */
        public static RecordChange remove(StoredRecord record) {
            return new RecordChange(record.key(), Optional.of(record.bytes()), Optional.empty(), true);
        }
    }

    /**
     * A name that is claimed in an index, or given back.
     *
     * @param index which index
     * @param name the name
     * @param holder the id of what takes it, or of what must be holding it
     * @param release false: the name must be free, and becomes taken; true: the holder must have it, and it becomes free
     */
    public record NameClaim(IndexKey index, String name, String holder, boolean release) {
        /** A name that must be free, and becomes taken. */
        public NameClaim(IndexKey index, String name, String holder) {
            this(index, name, holder, false);
        }

        /** A name that the holder gives back. */
        public static NameClaim release(IndexKey index, String name, String holder) {
            return new NameClaim(index, name, holder, true);
        }
    }

    /**
     * An entry of a list.
     *
     * @param index which list
     * @param member the entry; lists are in the order of their members' bytes
     * @param present true adds it, false takes it out
     */
    public record Listing(IndexKey index, String member, boolean present) {}

    /**
     * A history event.
     *
     * @param key whose
     * @param sequence its number, from 1; it must be the next one. Where a commit that {@link Urgency#NARROWS} finds another
     *     end, the history goes on from this number all the same, which leaves a break in the chain
     * @param bytes the event
     * @param dropped the number of the last one of the oldest events that are dropped with it; 0 where none is
     */
    public record NewEvent(RecordKey key, long sequence, ByteString bytes, long dropped) {
        /** An event with which none is dropped. */
        public NewEvent(RecordKey key, long sequence, ByteString bytes) {
            this(key, sequence, bytes, 0);
        }
    }

    /**
     * What is kept of a request_id.
     *
     * @param id the keyed digest of caller, parent and request_id, base62
     * @param bytes the mark
     * @param lifetime how long it is kept
     */
    public record NewMark(String id, ByteString bytes, Duration lifetime) {}
}
