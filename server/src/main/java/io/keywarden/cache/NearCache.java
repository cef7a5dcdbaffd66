package io.keywarden.cache;

import io.keywarden.credential.IdTags;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.Aliases;
import io.keywarden.store.CheckReader;
import io.keywarden.store.CheckView;
import io.keywarden.store.RecordJudge;
import io.keywarden.store.StoreMarker;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Stub: the lead is writing this class; its constructor and public methods stay as they are. */
public final class NearCache implements CheckReader {
    /**
     * What it works with.
     *
     * @param judge tells records that are to be believed
     * @param marker what all replicas promise
     * @param aliases makes the keys of aliases
     * @param tags tells made-up token ids
     * @param work where records are verified and compiled, off the connections' threads; bounded by the reads in flight
     * @param observer is told what happens
     */
    public record Needs(
            RecordJudge judge,
            StoreMarker marker,
            Aliases aliases,
            IdTags tags,
            Executor work,
            CacheObserver observer) {}

    public NearCache(Needs needs, CacheLimits limits) {}

    /**
     * From now on these generations speak for their slots. Those that did before and do not any more stay readable, frozen,
     * for as long as their leases and the outage policies allow.
     */
    public void use(Routing routing) {}

    /** Why no decision could be made right now, for readiness and for people; empty where it could. */
    public Optional<Decision.CannotTell> obstacle() {
        return Optional.of(new Decision.CannotTell(Reason.STORE_UNAVAILABLE, "no generation began yet"));
    }

    @Override
    public CheckView begin(String source) {
        throw new UnsupportedOperationException("being written");
    }
}
