package io.keywarden.admin;

import io.keywarden.history.AuditEntry;
import io.keywarden.history.AuditFile;
import io.keywarden.history.HistoryChain;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.EventRecord;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was written outside of the store, so that there is a trace which somebody who can write to Redis cannot take back:
 * in a file, where there is one, and a line an event in the log. The newest hash of a resource there is the one that its record
 * has to name. Holds no secret. Safe for use by several threads.
 */
public final class AuditLog {
    /** Only the log. */
    public static final AuditLog WITHOUT_FILE = new AuditLog(Optional.empty(), Observer.NONE);

    private static final Logger LOG = LoggerFactory.getLogger("io.keywarden.audit");

    private final Optional<AuditFile> file;
    private final Observer observer;

    /**
     * Takes where it writes.
     *
     * @param observer is told of what could not be written
     */
    public AuditLog(Optional<AuditFile> file, Observer observer) {
        this.file = file;
        this.observer = observer;
    }

    /** Is told of what could not be written. */
    @FunctionalInterface
    public interface Observer {
        /** Tells nobody. */
        Observer NONE = () -> {};

        /** A write to the file failed. It is tried again. */
        void failed();
    }

    /** Whether there is nothing left to write: nothing that grows may be added to the store otherwise. */
    boolean isWhole() {
        return write(List.of());
    }

    /** Takes note of a commit that was made. */
    void committed(Commit commit) {
        commit.events().forEach(AuditLog::log);
        keep(commit, true);
    }

    /** Takes note of a commit that may have been made, or may still be. */
    void unknown(Commit commit) {
        keep(commit, false);
    }

    /** What cannot be kept does not undo what the store has; it stops what comes next, unless that takes a right away. */
    private void keep(Commit commit, boolean known) {
        var unused = write(commit.events().stream()
                .map(event -> AuditEntry.line(event, known))
                .toList());
    }

    private boolean write(List<byte[]> lines) {
        if (file.isEmpty()) {
            return true;
        }
        try {
            if (lines.isEmpty()) {
                file.get().retry();
            } else {
                file.get().append(lines);
            }
            return true;
        } catch (IOException e) {
            LOG.error("audit_file_not_written detail={}", e.toString());
            observer.failed();
            return false;
        }
    }

    private static void log(Commit.NewEvent event) {
        EventRecord record = AuditEntry.parse(event);
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
