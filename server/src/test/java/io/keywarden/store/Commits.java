package io.keywarden.store;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.keywarden.token.SlotTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A commit in the making. */
public final class Commits {
    private final SlotTag slot;
    private final List<Commit.RecordChange> records = new ArrayList<>();
    private final List<Commit.NameClaim> names = new ArrayList<>();
    private final List<Commit.Listing> listings = new ArrayList<>();
    private final List<Commit.NewEvent> events = new ArrayList<>();
    private Optional<Commit.NewMark> mark = Optional.empty();
    private Commit.Urgency urgency = Commit.Urgency.GROWS;

    public Commits(SlotTag slot) {
        this.slot = slot;
    }

    @CanIgnoreReturnValue
    public Commits record(Commit.RecordChange change) {
        records.add(change);
        return this;
    }

    @CanIgnoreReturnValue
    public Commits name(Commit.NameClaim claim) {
        names.add(claim);
        return this;
    }

    @CanIgnoreReturnValue
    public Commits listing(Commit.Listing listing) {
        listings.add(listing);
        return this;
    }

    @CanIgnoreReturnValue
    public Commits event(Commit.NewEvent event) {
        events.add(event);
        return this;
    }

    @CanIgnoreReturnValue
    public Commits mark(Commit.NewMark newMark) {
        mark = Optional.of(newMark);
        return this;
    }

    @CanIgnoreReturnValue
    public Commits narrows() {
        urgency = Commit.Urgency.NARROWS;
        return this;
    }

    public Commit build() {
        return new Commit(slot, urgency, records, names, listings, events, mark);
    }
}
