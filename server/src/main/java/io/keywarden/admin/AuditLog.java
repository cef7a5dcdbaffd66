package io.keywarden.admin;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.history.HistoryChain;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.EventRecord;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log what was written, a line an event, so that there is a trace which somebody who can write to Redis cannot take
 * back: the newest hash of a resource in the log is the one that its record has to name. Holds nothing of what a caller wrote.
 */
final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.keywarden.audit");

    private AuditLog() {}

    /** Takes note of a commit that was made. */
    static void committed(Commit commit) {
        commit.events().forEach(AuditLog::happened);
    }

    private static void happened(Commit.NewEvent event) {
        EventRecord record;
        try {
            record = EventRecord.parseFrom(event.bytes());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("event " + event.sequence() + " (expected: as it was written)", e);
        }
        LOG.info(
                "written key={} sequence={} kind={} principal={} peer={} hash={}",
                event.key().text(),
                event.sequence(),
                record.getKind(),
                record.getPrincipal(),
                record.getPeer(),
                HexFormat.of()
                        .formatHex(new HistoryChain(event.key())
                                .hash(event.bytes())
                                .toByteArray()));
    }
}
