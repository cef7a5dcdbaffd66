package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.policy.Reason;
import io.keywarden.store.Bounds;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.Listing;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.StoreRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes what has names of its own in the whole store, a tenant or a catalog, in several steps over several slots: the entry
 * in the list of all first, which readers check; then the claims; last the record, which makes it real. Whatever breaks in
 * between leaves a list entry that readers skip, and claims that are released, or void after a while.
 */
final class Founding {
    private final AdminStore store;
    private final Effects effects;
    private final Claims claims;
    private final RecordWrites writes;
    private final SecureRandom random;

    Founding(AdminStore store, Effects effects, Claims claims, RecordWrites writes, SecureRandom random) {
        this.store = store;
        this.effects = effects;
        this.claims = claims;
        this.writes = writes;
        this.random = random;
    }

    /**
     * What is to be made.
     *
     * @param list the list of all
     * @param member its entry there
     * @param target its identity and its place
     * @param names the names that it needs
     * @param write its record
     */
    record Plan(IndexKey list, String member, Claims.Target target, List<Wanted> names, RecordWrites.Write write) {
        /** Copies the list. */
        Plan {
            names = List.copyOf(names);
        }
    }

    /**
     * A name that is to be claimed.
     *
     * @param name the name
     * @param taken what is said where it is taken
     */
    record Wanted(Claims.Name name, AdminFailure taken) {}

    /** An identity and a place for something new. */
    Claims.Target target() {
        return new Claims.Target(Uid.random(random), SlotTag.random(random));
    }

    /** The longest that an outage policy may last. */
    Duration longestOutage() {
        return store.read(RecordKey.STORE)
                .map(marker -> StoreMarker.bounds(
                        Entry.of(marker, StoreRecord.parser()).payload()))
                .orElse(Bounds.DEFAULT)
                .longestKnown();
    }

    /** What is known of the making of something that is there already. */
    Times known(StoredRecord made) {
        return effects.known(made.key(), 1, KnownAge.NOTHING_KNOWN);
    }

    /** Carries a plan out. */
    Times found(Plan plan) {
        Commit hint = new Commit(
                plan.list().slot(),
                Commit.Urgency.GROWS,
                List.of(),
                List.of(),
                List.of(new Listing(plan.list(), plan.member(), true)),
                List.of(),
                Optional.empty());
        requireWritten(store.commit(hint));
        List<StoredRecord> claimed = new ArrayList<>();
        try {
            Instant voidable = writes.now().plus(Claims.WRITE_WITHIN);
            for (Wanted wanted : plan.names()) {
                claimed.add(claims.claim(wanted.name(), plan.target(), wanted.taken()));
            }
            if (writes.now().isAfter(voidable)) {
                // The first claims could be void by the time the record is there.
                throw AdminStore.failed(Reason.STORE_UNAVAILABLE, Effect.NOTHING_WRITTEN);
            }
            Effects.Done done = effects.commit(record(plan), Effects.Effect.made(plan.write(), KnownAge.NOTHING_KNOWN));
            requireWritten(done.conflict());
            return done.times();
        } catch (AdminException e) {
            // While the record may be there or may still come, its claims must stay.
            if (!Effects.mayBeWritten(e)) {
                claims.release(claimed);
            }
            throw e;
        }
    }

    private static Commit record(Plan plan) {
        return new Commit(
                plan.target().slot(),
                Commit.Urgency.GROWS,
                List.of(plan.write().change()),
                List.of(),
                List.of(),
                List.of(plan.write().event()),
                Optional.empty());
    }

    /** Neither a list entry nor a record under an identity just made can meet anything that is in its way. */
    private static void requireWritten(Optional<Commit.Expected> conflict) {
        if (conflict.isPresent()) {
            throw AdminStore.failed(Reason.INTERNAL, Effect.NOTHING_WRITTEN);
        }
    }
}
