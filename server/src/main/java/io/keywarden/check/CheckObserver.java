package io.keywarden.check;

import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.token.IpAddress;
import java.time.Instant;
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

    /**
     * A check that was answered came with a secret that is right and has not ended, whatever was decided.
     *
     * @param proven whose
     * @param address where the request came from; empty where that is not known
     * @param now the moment of the decision
     */
    default void used(Facts.Proven proven, Optional<IpAddress> address, Instant now) {}

    /** Tells two. */
    static CheckObserver both(CheckObserver one, CheckObserver other) {
        return new CheckObserver() {
            @Override
            public void checked(Decision decision, long nanos, Optional<String> requestTenant) {
                one.checked(decision, nanos, requestTenant);
                other.checked(decision, nanos, requestTenant);
            }

            @Override
            public void used(Facts.Proven proven, Optional<IpAddress> address, Instant now) {
                one.used(proven, address, now);
                other.used(proven, address, now);
            }
        };
    }
}
