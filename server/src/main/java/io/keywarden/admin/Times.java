package io.keywarden.admin;

import io.keywarden.store.RecordWriter;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a write that was made.
 *
 * @param durability whether it outlives the loss of one server of the store
 * @param effective from when on no replica decides without it, by Admin's clock; empty where that cannot be promised
 */
record Times(RecordWriter.Durability durability, Optional<Instant> effective) {
    /** Where nothing was written. */
    static final Times NOTHING_WRITTEN = new Times(RecordWriter.Durability.UNCONFIRMED, Optional.empty());

    /** Until when an answer is held back: until then where it shall wait, otherwise not at all. */
    Optional<Instant> until(boolean wait) {
        return wait ? effective : Optional.empty();
    }

    /** As callers see it. */
    io.keywarden.admin.v1.Durability visibleDurability() {
        return switch (durability) {
            case CONFIRMED -> io.keywarden.admin.v1.Durability.CONFIRMED;
            case UNCONFIRMED -> io.keywarden.admin.v1.Durability.UNCONFIRMED;
        };
    }
}
