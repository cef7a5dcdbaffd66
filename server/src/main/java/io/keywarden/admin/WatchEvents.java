package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.admin.v1.WatchEventsRequest;
import io.keywarden.admin.v1.WatchEventsResponse;
import io.keywarden.history.HistoryChain;
import io.keywarden.policy.Reason;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends the history of a resource, the oldest event first, and then each new one. What does not fit is not sent. */
final class WatchEvents {
    /** How many events are sent at once. */
    static final int PART = HistoryWalk.PART;

    private final HistorySubjects subjects;
    private final AdminStore store;
    private final Watches watches;

    WatchEvents(HistorySubjects subjects, AdminStore store, Watches watches) {
        this.subjects = subjects;
        this.store = store;
        this.watches = watches;
    }

    /** Begins a watch. To be called by the call's own thread, as the last thing that it does. */
    void run(
            WatchEventsRequest request, Caller caller, StillAllowed allowed, StreamObserver<WatchEventsResponse> call) {
        Optional<ResumeToken> resume = ResumeToken.parse("resume_token", request.getResumeToken());
        watches.begin(call, new Watch(request, resume, caller, allowed));
    }

    /** One call. Used by one thread at a time. */
    private final class Watch implements Watches.Look<WatchEventsResponse> {
        private final WatchEventsRequest request;
        private final Optional<ResumeToken> resume;
        private final Caller caller;
        private final StillAllowed allowed;
        /** Whose events were sent; null before the first look. */
        private @Nullable RecordKey key;
        /** The end of what is known. */
        private ChainHead head = ChainHead.EMPTY;

        private Watch(WatchEventsRequest request, Optional<ResumeToken> resume, Caller caller, StillAllowed allowed) {
            this.request = request;
            this.resume = resume;
            this.caller = caller;
            this.allowed = allowed;
        }

        @Override
        public Optional<WatchEventsResponse> next() {
            allowed.require(request);
            StoredRecord subject = subjects.find(request.getParent(), caller, "WatchEvents");
            if (!subject.key().equals(key)) {
                head = key == null ? known(subject) : ChainHead.EMPTY;
                key = subject.key();
            }
            long more = subject.chain().count() - head.count();
            return more > 0 ? Optional.of(after(subject, (int) Math.min(PART, more))) : Optional.empty();
        }

        /** The end of what the caller knows: the next event has to follow it. */
        private ChainHead known(StoredRecord subject) {
            ChainHead dropped = dropped(subject);
            if (resume.isEmpty()) {
                return dropped;
            }
            ChainHead known = resume.get().of(subject.key()).orElseThrow(() -> ResumeToken.rejected("resume_token"));
            if (known.count() < dropped.count()) {
                throw ResumeToken.rejected("resume_token");
            }
            if (!known.equals(dropped) && (known.count() > subject.chain().count() || !isThere(subject.key(), known))) {
                throw tampered();
            }
            return known;
        }

        /** What was dropped because of the tenant's history_retention; it is for what is there to prove it. */
        private ChainHead dropped(StoredRecord subject) {
            boolean isWhole = subject.chain().count() == 0
                    || store.events(subject.key(), 1, 1).stream()
                            .anyMatch(first -> HistoryWalk.parse(first).getSequence() == 1);
            if (isWhole) {
                return ChainHead.EMPTY;
            }
            HistoryWalk walk = new HistoryWalk(store, subject, (sequence, hash) -> {});
            if (!walk.run().isEmpty()) {
                throw tampered();
            }
            return walk.dropped();
        }

        private boolean isThere(RecordKey of, ChainHead known) {
            List<ByteString> events = store.events(of, known.count(), 1);
            return !events.isEmpty() && new HistoryChain(of).hash(events.get(0)).equals(known.hash());
        }

        private WatchEventsResponse after(StoredRecord subject, int most) {
            List<ByteString> events = store.events(subject.key(), head.count() + 1, most);
            ChainHead end = new HistoryChain(subject.key()).check(head, events).fold(whole -> whole, broken -> {
                throw tampered();
            });
            boolean newest = end.count() == subject.chain().count();
            if (events.size() < most || (newest && !end.equals(subject.chain()))) {
                throw tampered();
            }
            head = end;
            WatchEventsResponse.Builder response = WatchEventsResponse.newBuilder()
                    .setResumeToken(ResumeToken.at(subject.key(), head).text());
            events.forEach(bytes -> response.addEvents(EventMessages.event(request.getParent(), subject.key(), bytes)));
            return response.build();
        }

        private static AdminException tampered() {
            return AdminStore.failed(Reason.RECORD_TAMPERED, Effect.NOTHING_WRITTEN);
        }
    }
}
