package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.v1.Actor;
import io.keywarden.admin.v1.Change;
import io.keywarden.admin.v1.Event;
import io.keywarden.history.HistoryChain;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.EventRecord;

/** Turns stored events into the API's. */
final class EventMessages {
    private EventMessages() {}

    /**
     * One event.
     *
     * @param parent the name of the resource whose history it is in
     * @param key the key of its record
     * @param bytes the event as it is stored
     */
    static Event event(String parent, RecordKey key, ByteString bytes) {
        EventRecord record = HistoryWalk.parse(bytes);
        Event.Builder event = Event.newBuilder()
                .setName(parent + "/events/" + record.getSequence())
                .setSequence(record.getSequence())
                .setTime(record.getTime())
                .setActor(
                        Actor.newBuilder().setPrincipal(record.getPrincipal()).setActingOwner(record.getActingOwner()))
                .setPeerAddress(record.getPeer())
                .setRequestId(record.getRequestId())
                .setKind(record.getKind())
                .setPreviousHash(record.getPreviousHash())
                .setHash(new HistoryChain(key).hash(bytes));
        record.getChangesList()
                .forEach(change -> event.addChanges(Change.newBuilder()
                        .setPath(change.getPath())
                        .setBefore(change.getBefore())
                        .setAfter(change.getAfter())));
        if (record.hasOriginalTime()) {
            event.setOriginalTime(record.getOriginalTime());
        }
        return event.build();
    }
}
