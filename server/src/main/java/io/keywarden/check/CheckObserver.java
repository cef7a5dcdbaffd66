package io.keywarden.check;

import io.keywarden.policy.Decision;
import java.util.Optional;

/** Is told of every answered check. Called on the thread that answered, after the answer: it must not block. */
@FunctionalInterface
public interface CheckObserver {
    /** Takes no notice. */
    CheckObserver NONE = (decision, nanos, requestTenant) -> {};

    /**
     * A check was answered.
     *
     * @param decision how
     * @param nanos how long it took
     * @param requestTenant the id of the tenant whose host was called; empty where it is nobody's, or was not found out
     */
    void checked(Decision decision, long nanos, Optional<String> requestTenant);
}
