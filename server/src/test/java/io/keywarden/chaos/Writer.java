package io.keywarden.chaos;

import java.time.Instant;
import java.util.Optional;

/** Takes the right of a token away and gives it back. Blocks, for a bounded time. */
interface Writer {
    /**
     * What came of a write.
     *
     * @param made whether the answer says that it was made
     * @param confirmed whether the answer says that it is durable
     * @param effective from when on no check may be allowed, by the wall clock; empty where nothing is promised
     * @param detail how durable it is, or for people why it was not made
     */
    record Result(boolean made, boolean confirmed, Optional<Instant> effective, String detail) {}

    Result disable(Subject subject);

    Result enable(Subject subject);
}
