package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.v1.HistoryProblem;
import io.keywarden.admin.v1.KnownEvent;
import io.keywarden.admin.v1.VerifyHistoryRequest;
import io.keywarden.admin.v1.VerifyHistoryResponse;
import io.keywarden.history.HistoryChain;
import io.keywarden.history.HistoryChain.Checked;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes through the history of a resource, in parts that hold up nobody, and tells whether it is as Admin wrote it. */
final class VerifyHistory {
    /** How many events are read at once. */
    static final int PART = 500;

    private static final int HASH_BYTES = 32;

    private final HistorySubjects subjects;
    private final AdminStore store;

    VerifyHistory(HistorySubjects subjects, AdminStore store) {
        this.subjects = subjects;
        this.store = store;
    }

    VerifyHistoryResponse run(VerifyHistoryRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        if (request.hasKnownEvent()) {
            KnownEvent known = request.getKnownEvent();
            checks.require(known.getSequence() > 0, "known_event.sequence", "the number of an event, from 1");
            checks.require(known.getHash().size() == HASH_BYTES, "known_event.hash", HASH_BYTES + " bytes");
        }
        checks.finish();
        StoredRecord subject = subjects.find(request.getParent(), caller, "VerifyHistory");
        Walk walk = new Walk(
                subject, request.hasKnownEvent() ? request.getKnownEvent().getSequence() : 0);
        List<HistoryProblem> problems = new ArrayList<>(walk.run());
        if (request.hasKnownEvent()) {
            known(request.getKnownEvent(), walk).ifPresent(problems::add);
        }
        return VerifyHistoryResponse.newBuilder()
                .setEventCount(subject.chain().count())
                .setVerifiedCount(walk.head.count())
                .setNewestHash(subject.chain().hash())
                .addAllProblems(problems)
                .build();
    }

    private static Optional<HistoryProblem> known(KnownEvent known, Walk walk) {
        boolean there = MessageDigest.isEqual(known.getHash().toByteArray(), walk.wantedHash.toByteArray());
        return there
                ? Optional.empty()
                : Optional.of(problem(
                        HistoryProblem.Kind.KNOWN_EVENT_MISSING,
                        known.getSequence(),
                        "the event that is known from elsewhere is not there, or is another one"));
    }

    private static HistoryProblem problem(HistoryProblem.Kind kind, long sequence, String description) {
        return HistoryProblem.newBuilder()
                .setKind(kind)
                .setSequence(sequence)
                .setDescription(description)
                .build();
    }

    /** One call. Goes as far as the events fit. */
    private final class Walk {
        private final StoredRecord subject;
        private final HistoryChain chain;
        private final long wanted;
        /** The end of what fits. */
        private ChainHead head = ChainHead.EMPTY;
        /** The hash of the event that is wanted, once it was come by. */
        private ByteString wantedHash = ByteString.EMPTY;

        private Walk(StoredRecord subject, long wanted) {
            this.subject = subject;
            this.chain = new HistoryChain(subject.key());
            this.wanted = wanted;
        }

        private List<HistoryProblem> run() {
            long count = subject.chain().count();
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
                return List.of(
                        problem(HistoryProblem.Kind.BROKEN, count, "is not the newest event that the record names"));
            }
            return beyond();
        }

        private Optional<HistoryProblem> step(ByteString event) {
            Checked checked = chain.check(head, List.of(event));
            if (checked instanceof Checked.Broken broken) {
                return Optional.of(problem(HistoryProblem.Kind.BROKEN, broken.sequence(), broken.detail()));
            }
            head = ((Checked.Whole) checked).head();
            if (head.count() == wanted) {
                wantedHash = head.hash();
            }
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
    }
}
