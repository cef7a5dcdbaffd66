package io.keywarden.store;

import java.util.function.Function;

/** What came of checking a record's signature. */
public sealed interface Opened {
    /** Turns each outcome into something. */
    <R> R fold(Function<StoredRecord, R> onGenuine, Function<Tampered, R> onTampered);

    /**
     * Admin wrote it, for this key.
     *
     * @param record what it says
     */
    record Genuine(StoredRecord record) implements Opened {
        @Override
        public <R> R fold(Function<StoredRecord, R> onGenuine, Function<Tampered, R> onTampered) {
            return onGenuine.apply(record);
        }
    }

    /**
     * Admin did not write it, or not for this key.
     *
     * @param detail what is wrong with it, for the log
     */
    record Tampered(String detail) implements Opened {
        @Override
        public <R> R fold(Function<StoredRecord, R> onGenuine, Function<Tampered, R> onTampered) {
            return onTampered.apply(this);
        }
    }
}
