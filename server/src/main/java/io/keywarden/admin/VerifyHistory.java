package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.v1.HistoryProblem;
import io.keywarden.admin.v1.KnownEvent;
import io.keywarden.admin.v1.VerifyHistoryRequest;
import io.keywarden.admin.v1.VerifyHistoryResponse;
import io.keywarden.store.StoredRecord;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes through the history of a resource, in parts that hold up nobody, and tells whether it is as Admin wrote it. */
final class VerifyHistory {
    private static final int HASH_BYTES = 32;
    private static final int RETRIES = 3;

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
        return verify(request, subject, RETRIES);
    }

    /** What was dropped or written while it went through is no problem: then it goes again. */
    private VerifyHistoryResponse verify(VerifyHistoryRequest request, StoredRecord subject, int retries) {
        ByteString[] wanted = {ByteString.EMPTY};
        HistoryWalk walk = new HistoryWalk(store, subject, (sequence, hash) -> {
            if (sequence == request.getKnownEvent().getSequence()) {
                wanted[0] = hash;
            }
        });
        List<HistoryProblem> problems = new ArrayList<>(walk.run());
        Optional<StoredRecord> now = problems.isEmpty() ? Optional.of(subject) : store.read(subject.key());
        if (retries > 0
                && now.filter(later -> later.version() > subject.version()).isPresent()) {
            return verify(request, now.get(), retries - 1);
        }
        if (request.hasKnownEvent()) {
            known(request.getKnownEvent(), wanted[0]).ifPresent(problems::add);
        }
        return VerifyHistoryResponse.newBuilder()
                .setEventCount(subject.chain().count())
                .setFirstSequence(walk.first())
                .setVerifiedCount(walk.head().count())
                .setNewestHash(subject.chain().hash())
                .addAllProblems(problems)
                .build();
    }

    private static Optional<HistoryProblem> known(KnownEvent known, ByteString found) {
        boolean there = MessageDigest.isEqual(known.getHash().toByteArray(), found.toByteArray());
        return there
                ? Optional.empty()
                : Optional.of(HistoryWalk.problem(
                        HistoryProblem.Kind.KNOWN_EVENT_MISSING,
                        known.getSequence(),
                        "the event that is known from elsewhere is not there, or is another one"));
    }
}
