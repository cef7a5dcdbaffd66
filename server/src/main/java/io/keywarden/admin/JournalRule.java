package io.keywarden.admin;

import io.keywarden.store.StoredRecord;
import java.util.Optional;

/**
 * What a write means to the journal.
 *
 * @param again what does it again, where it takes a right away for as long as nobody gives it back
 * @param givesBack whether it gives back what was taken away before
 */
record JournalRule(Optional<Journal.Command> again, boolean givesBack) {
    /** Something that is not about turning off and on. */
    static final JournalRule NONE = new JournalRule(Optional.empty(), false);
    /** Something is turned on. */
    static final JournalRule GIVES_BACK = new JournalRule(Optional.empty(), true);

    /** Something is turned off. */
    static JournalRule again(Narrowing kind, String name, int reason) {
        return new JournalRule(Optional.of(new Journal.Command(kind, name, reason)), false);
    }

    /** What is written. */
    Effects.Effect effect(RecordWrites.Write write, KnownAge age) {
        return new Effects.Effect(write.record(), write, age, again, givesBack);
    }

    /** What is known of something that is so already. */
    Times known(Effects effects, StoredRecord stored, KnownAge age) {
        return again.isPresent() || givesBack
                ? effects.known(stored, age, again)
                : effects.known(stored.key(), stored.version(), age);
    }
}
