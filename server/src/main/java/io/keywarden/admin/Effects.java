package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.StoreFailed;
import io.keywarden.policy.Reason;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Durability;
import io.keywarden.store.StoreCondition;
import io.keywarden.store.StoredRecord;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Makes the commits that change decisions: says from when on each holds, and keeps the ones that take a right away in the
 * journal, before anybody is told that they were made.
 */
final class Effects {
    private final AdminStore store;
    private final Promise promise;
    private final FirstTimes first;
    private final Journal journal;
    private final StoreCondition condition;
    private final InstantSource clock;

    Effects(AdminStore store, Ledger ledger, StoreCondition condition, InstantSource clock) {
        this.store = store;
        this.promise = new Promise(store, condition, clock);
        this.first = ledger.first();
        this.journal = ledger.journal();
        this.condition = condition;
        this.clock = clock;
    }

    /**
     * What is remembered of writes.
     *
     * @param first what was answered
     * @param journal what must not be lost
     */
    record Ledger(FirstTimes first, Journal journal) {}

    /**
     * What a commit does.
     *
     * @param subject what it changes
     * @param write the record that decisions are made by, and its event
     * @param age for how long a replica may go on with what it replaces
     * @param again what does it again, where it takes a right away; empty where it does not
     * @param givesBack whether it gives back what was taken away before, so that this is not done again
     */
    record Effect(
            StoredRecord subject,
            RecordWrites.Write write,
            KnownAge age,
            Optional<Journal.Command> again,
            boolean givesBack) {
        /** Something that takes a right away where there is something that does it again, and gives it back otherwise. */
        Effect(StoredRecord subject, RecordWrites.Write write, KnownAge age, Optional<Journal.Command> again) {
            this(subject, write, age, again, again.isEmpty());
        }

        /** Something is made, or given a right. */
        static Effect made(RecordWrites.Write write, KnownAge age) {
            return new Effect(write.record(), write, age, Optional.empty());
        }

        /** Something is changed that stays turned off where it was. */
        static Effect changed(RecordWrites.Write write, KnownAge age) {
            return new Effect(write.record(), write, age, Optional.empty(), false);
        }
    }

    /**
     * What came of it.
     *
     * @param conflict which expectation was not met, so that nothing was written; empty if it was written
     * @param times what is known of the write; of no meaning where there is none
     */
    record Done(Optional<Commit.Expected> conflict, Times times) {
        /** What was written, where it was. */
        <T> Optional<Written<T>> written(T value) {
            return conflict.isEmpty() ? Optional.of(new Written<>(value, times)) : Optional.empty();
        }
    }

    /** Makes a commit. */
    Done commit(Commit commit, Effect effect) {
        return commit(commit, List.of(effect));
    }

    /**
     * Makes a commit that does several things at once.
     *
     * @param effects what it does, at least one thing, all of them with one age
     */
    Done commit(Commit commit, List<Effect> effects) {
        // Before the commit: what is written to a server that is then lost must be found to be of before.
        String epoch = condition.now().map(StoreCondition.Condition::epoch).orElse("");
        AdminStore.Answer answer;
        try {
            answer = store.write(commit);
        } catch (AdminException e) {
            if (mayBeWritten(e)) {
                effects.forEach(
                        effect -> effect.again().ifPresent(command -> journal.add(kept(effect, command, epoch))));
            }
            throw e;
        }
        if (answer.conflict().isPresent()) {
            return new Done(answer.conflict(), new Times(Durability.UNCONFIRMED, Optional.empty()));
        }
        effects.forEach(effect -> remember(effect, epoch));
        Times times = promise.made(answer.durability(), effects.get(0).age());
        effects.forEach(
                effect -> first.made(effect.subject().key(), effect.subject().version(), times));
        return new Done(Optional.empty(), times);
    }

    /**
     * What is known of something that is already as it shall be. Whoever brought it there may have ended before the journal
     * knew of it.
     *
     * @param again what does it again, where it takes a right away; empty where it gives one back
     */
    Times known(StoredRecord stored, KnownAge age, Optional<Journal.Command> again) {
        again.ifPresentOrElse(
                command -> journal.require(new Journal.Kept(
                        clock.instant(),
                        command,
                        stored.uid(),
                        new Journal.Place(stored.key(), stored.version(), stored.chain()),
                        "")),
                () -> journal.cancel(stored.uid(), stored.version()));
        return known(stored.key(), stored.version(), age);
    }

    /**
     * What is known of a write that was made before.
     *
     * @param version the version that it wrote, or a later one
     */
    Times known(RecordKey key, long version, KnownAge age) {
        journal.requireSaved();
        return first.of(key, version, () -> promise.made(confirmed(key, version), age));
    }

    private Durability confirmed(RecordKey key, long version) {
        Durability durability = store.confirm(key.slot());
        // Another server than the one that it was read from may have said so: it has to be there too.
        boolean isThere =
                store.read(key).filter(found -> found.version() >= version).isPresent();
        if (!isThere) {
            throw AdminStore.failed(Reason.STORE_UNAVAILABLE, StoreFailed.Effect.NOTHING_WRITTEN);
        }
        return durability;
    }

    private void remember(Effect effect, String epoch) {
        effect.again().ifPresent(command -> journal.add(kept(effect, command, epoch)));
        if (effect.givesBack()) {
            journal.cancel(effect.subject().uid(), effect.write().record().version());
        }
    }

    /** Whether a commit that failed may be there, or may still come. */
    static boolean mayBeWritten(AdminException e) {
        return e.failure() instanceof StoreFailed failed && failed.effect() == StoreFailed.Effect.UNKNOWN;
    }

    private Journal.Kept kept(Effect effect, Journal.Command command, String epoch) {
        return new Journal.Kept(
                clock.instant(),
                command,
                effect.subject().uid(),
                new Journal.Place(
                        effect.write().record().key(),
                        effect.write().record().version(),
                        effect.write().record().chain()),
                epoch);
    }
}
