package io.keywarden.admin;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import io.keywarden.history.HistoryChain;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordSigner;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.StoredRecord.Draft;
import io.keywarden.store.v1.DroppedEvents;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.Uid;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Prepares writes: signs records, and adds the event to the chain that each resource's record holds the end of. */
final class RecordWrites {
    private final RecordSigner signer;
    private final InstantSource clock;

    RecordWrites(RecordSigner signer, InstantSource clock) {
        this.signer = signer;
        this.clock = clock;
    }

    /**
     * A prepared write.
     *
     * @param record the record as it is after the commit
     * @param change the record's part of the commit
     * @param event the event's part of the commit
     */
    record Write(StoredRecord record, Commit.RecordChange change, Commit.NewEvent event) {}

    /** The time now. */
    Instant now() {
        return clock.instant();
    }

    /** The time now, as records hold it. */
    Timestamp timestamp() {
        return timestamp(now());
    }

    /** A time as records hold it. */
    static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    /** The first version of something new. */
    Write first(RecordKey key, Uid uid, MessageLite payload, EventDraft event) {
        HistoryChain.Appended appended = append(key, ChainHead.EMPTY, event);
        StoredRecord record = signed(Draft.first(key, uid, appended.head(), payload.toByteString()));
        return new Write(record, Commit.RecordChange.write(key, Optional.empty(), record.bytes()), appended.event());
    }

    /** The next version of a resource; higher than one that was lost, where this makes it again. */
    Write next(StoredRecord before, MessageLite payload, EventDraft event) {
        HistoryChain.Appended appended = append(before.key(), before.chain(), event);
        long lost = event.caller().original().map(Caller.Original::version).orElse(0L);
        StoredRecord record = signed(new Draft(
                before.key(),
                before.uid(),
                Math.max(before.version(), lost) + 1,
                appended.head(),
                payload.toByteString()));
        return new Write(
                record,
                Commit.RecordChange.write(before.key(), Optional.of(before.bytes()), record.bytes()),
                appended.event());
    }

    /**
     * The next version of a resource of which nothing changes but how much of its history is there.
     *
     * @param dropped the last one of the oldest events, which are not there afterwards
     */
    Write dropping(StoredRecord before, EventDraft event, ChainHead dropped) {
        EventRecord.Builder record = event(event)
                .setDropped(
                        DroppedEvents.newBuilder().setSequence(dropped.count()).setHash(dropped.hash()));
        HistoryChain.Appended appended = new HistoryChain(before.key()).append(before.chain(), record);
        StoredRecord after = signed(before.next(before.payload(), appended.head()));
        return new Write(
                after,
                Commit.RecordChange.write(before.key(), Optional.of(before.bytes()), after.bytes()),
                appended.event());
    }

    /** The same version of a record, signed anew: nothing of it is different, neither its etag nor its history. */
    Commit.RecordChange signedAgain(StoredRecord record) {
        return change(
                record, new Draft(record.key(), record.uid(), record.version(), record.chain(), record.payload()));
    }

    /** The next version of a record that says the same in another form, and so has no event. */
    Commit.RecordChange sameAgain(StoredRecord record, MessageLite payload) {
        return change(record, record.next(payload.toByteString(), record.chain()));
    }

    private Commit.RecordChange change(StoredRecord before, Draft draft) {
        return Commit.RecordChange.write(
                before.key(), Optional.of(before.bytes()), signed(draft).bytes());
    }

    /** The id of the key that records are signed with now. */
    int signingKey() {
        return signer.keyId();
    }

    /** A record without a history: a claim. */
    StoredRecord signed(Draft draft) {
        return new StoredRecord(
                draft.key(), draft.uid(), draft.version(), draft.chain(), draft.payload(), signer.sign(draft));
    }

    private HistoryChain.Appended append(RecordKey key, ChainHead head, EventDraft event) {
        return new HistoryChain(key).append(head, event(event));
    }

    private EventRecord.Builder event(EventDraft event) {
        EventRecord.Builder record = EventRecord.newBuilder()
                .setTime(timestamp())
                .setPrincipal(event.caller().principal())
                .setPeer(event.caller().peer())
                .setActingOwner(event.caller().actingOwner())
                .setRequestId(event.requestId())
                .setKind(event.kind())
                .addAllChanges(event.changes());
        event.caller().original().ifPresent(original -> record.setOriginalTime(timestamp(original.time())));
        return record;
    }
}
