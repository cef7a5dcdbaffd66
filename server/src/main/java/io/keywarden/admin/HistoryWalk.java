package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.admin.v1.HistoryProblem;
import io.keywarden.history.HistoryChain;
import io.keywarden.history.HistoryChain.Checked;
import io.keywarden.policy.Reason;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.v1.EventRecord;
import java.util.List;
import java.util.Optional;

/**
 * Goes through the history of a record, in parts that hold up nobody, as far as the events fit. Where the oldest ones were dropped
 * because of the tenant's history_retention, a later event says so and has the hash of the last one of them.
 */
final class HistoryWalk {
    /** How many events are read at once. */
    static final int PART = 500;

    private final AdminStore store;
    private final StoredRecord subject;
    private final HistoryChain chain;
    private final Each each;
    /** What comes before the first event that is there. */
    private ChainHead start = ChainHead.EMPTY;
    /** The end of what fits. */
    private ChainHead head = ChainHead.EMPTY;

    private boolean startIsProven = true;

    /** Takes what it is to be about. */
    HistoryWalk(AdminStore store, StoredRecord subject, Each each) {
        this.store = store;
        this.subject = subject;
        this.chain = new HistoryChain(subject.key());
        this.each = each;
    }

    /** Is told of each event that fits. */
    interface Each {
        /** An event. */
        void event(long sequence, ByteString hash);
    }

    /** Goes, once; empty where nothing is wrong. */
    List<HistoryProblem> run() {
        long count = subject.chain().count();
        start();
        while (head.count() < count) {
            int most = (int) Math.min(PART, count - head.count());
            List<ByteString> events = store.events(subject.key(), head.count() + 1, most);
            for (ByteString event : events) {
                Optional<HistoryProblem> broken = step(event);
                if (broken.isPresent()) {
                    return List.of(broken.get());
                }
            }
            if (events.isEmpty()) {
                return List.of(problem(
                        HistoryProblem.Kind.END_MISSING,
                        head.count() + 1,
                        "the record names " + count + " events, and this one and later ones are not there"));
            }
        }
        if (!head.equals(subject.chain())) {
            return List.of(problem(HistoryProblem.Kind.BROKEN, count, "is not the newest event that the record names"));
        }
        if (!startIsProven) {
            head = ChainHead.EMPTY;
            return List.of(problem(
                    HistoryProblem.Kind.BROKEN,
                    start.count(),
                    "and those before it are not there, and nothing says why"));
        }
        return beyond();
    }

    /** The end of what fits. */
    ChainHead head() {
        return head;
    }

    /** What comes before the first event that is there. */
    ChainHead dropped() {
        return start;
    }

    /** The number of the first event that is there. */
    long first() {
        return start.count() + 1;
    }

    private void start() {
        List<ByteString> first = subject.chain().count() == 0 ? List.of() : store.events(subject.key(), 1, 1);
        if (first.isEmpty()) {
            return;
        }
        EventRecord oldest;
        try {
            oldest = EventRecord.parseFrom(first.get(0));
        } catch (InvalidProtocolBufferException e) {
            // The first step says so.
            return;
        }
        long before = oldest.getSequence() - 1;
        if (before > 0 && before < subject.chain().count()) {
            start = new ChainHead(before, oldest.getPreviousHash());
            head = start;
            startIsProven = false;
        }
    }

    private Optional<HistoryProblem> step(ByteString event) {
        Checked checked = chain.check(head, List.of(event));
        if (checked instanceof Checked.Broken broken) {
            return Optional.of(problem(HistoryProblem.Kind.BROKEN, broken.sequence(), broken.detail()));
        }
        head = ((Checked.Whole) checked).head();
        EventRecord record = parse(event);
        if (record.hasDropped()
                && record.getDropped().getSequence() == start.count()
                && record.getDropped().getHash().equals(start.hash())) {
            startIsProven = true;
        }
        each.event(head.count(), head.hash());
        return Optional.empty();
    }

    /** What was written while it went through is no problem: then the record names it by now. */
    private List<HistoryProblem> beyond() {
        long next = head.count() + 1;
        boolean more = !store.events(subject.key(), next, 1).isEmpty();
        boolean named = store.read(subject.key())
                .filter(now -> now.chain().count() >= next)
                .isPresent();
        return more && !named
                ? List.of(problem(
                        HistoryProblem.Kind.BEYOND_END, next, "is after the newest event that the record names"))
                : List.of();
    }

    static HistoryProblem problem(HistoryProblem.Kind kind, long sequence, String description) {
        return HistoryProblem.newBuilder()
                .setKind(kind)
                .setSequence(sequence)
                .setDescription(description)
                .build();
    }

    /** Reads an event. */
    static EventRecord parse(ByteString bytes) {
        try {
            return EventRecord.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw AdminStore.failed(Reason.RECORD_TAMPERED, Effect.NOTHING_WRITTEN);
        }
    }
}
