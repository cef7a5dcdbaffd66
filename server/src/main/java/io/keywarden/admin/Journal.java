package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.policy.Reason;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writes of the last day that took a right away, in a file of Admin's own: a server of the store that is lost may take
 * them along. Each is on the disk before it is answered. Safe for use by several threads, which wait for the disk.
 */
public final class Journal implements AutoCloseable {
    /** How long a write is kept: whoever brings back an older store than that has to look after what was revoked. */
    static final Duration KEPT = Duration.ofHours(24);
    /** How many are kept: about 300 bytes each. */
    static final int MOST = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    /** How many lines that mean nothing any more the file may have, besides as many as there are others. */
    private static final int SLACK = 1_000;

    private final JournalFile file;
    private final JournalLock lock;
    private final InstantSource clock;
    // All that follows is guarded by "this".
    private final Map<What, Kept> kept = new LinkedHashMap<>();
    private int lines;
    /** Whether the file lacks something that {@code kept} has, because it could not be written. */
    private boolean unsaved;

    /** What a later write replaces. */
    private record What(Uid of, Narrowing kind) {}

    /**
     * What does a write again.
     *
     * @param kind which RPC
     * @param name the name of the resource
     * @param reason the number of the RevokeReason; 0 for none
     * @param content what it made of the resource, where that does not follow from the RPC; else empty
     */
    record Command(Narrowing kind, String name, int reason, ByteString content) {
        /** One whose RPC says what it made of the resource. */
        Command(Narrowing kind, String name, int reason) {
            this(kind, name, reason, ByteString.EMPTY);
        }
    }

    /**
     * Where a write is found if it is still there.
     *
     * @param key the record
     * @param version the version that it wrote
     * @param event its history event: the end of the record's chain then
     */
    record Place(RecordKey key, long version, ChainHead event) {}

    /**
     * A write.
     *
     * @param time when it was made
     * @param command what does it again
     * @param of the identity of what it is about
     * @param place where it is found
     * @param epoch the store's epoch in which it was found to be there last; empty text where it was not looked for
     */
    record Kept(Instant time, Command command, Uid of, Place place, String epoch) {
        private What what() {
            return new What(of, command.kind());
        }

        /** The same, found in an epoch. */
        Kept foundIn(String now) {
            return new Kept(time, command, of, place, now);
        }
    }

    /**
     * Something has its right back.
     *
     * @param of the identity of what it is about
     * @param version the version of the record in which it has: what took it away in a higher one stays
     */
    record Cancel(Uid of, long version) {}

    private Journal(JournalFile file, JournalLock lock, InstantSource clock) {
        this.file = file;
        this.lock = lock;
        this.clock = clock;
    }

    /**
     * Reads a journal, or begins one, and keeps it from others until it is closed.
     *
     * @param path where it is
     * @throws IOException if it cannot be read or written, holds what is not understood, or is another Admin's
     */
    public static Journal open(Path path, InstantSource clock) throws IOException {
        JournalLock lock = JournalLock.take(path);
        try {
            Journal journal = new Journal(new JournalFile(path), lock, clock);
            journal.load();
            return journal;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Leaves it to others. Nothing may be written to it any more. */
    @Override
    public void close() {
        lock.close();
    }

    private synchronized void load() throws IOException {
        for (JournalFile.Line line : file.read()) {
            line.added().ifPresent(this::put);
            line.cancelled().ifPresent(this::drop);
        }
        rewrite();
    }

    /**
     * Keeps a write, unless a later one of its kind is kept already. It is on the disk when this returns.
     *
     * @throws AdminException if it cannot be; it is kept in memory then, and saved with the next one
     */
    synchronized void add(Kept write) {
        put(write);
        save(JournalFile.Line.added(write));
    }

    /**
     * Keeps a write that was made before, unless it, or a later one of its kind, is kept already. It is on the disk when this
     * returns.
     *
     * @throws AdminException if it cannot be; it is kept in memory then, and saved with the next one
     */
    synchronized void require(Kept write) {
        Kept before = kept.get(write.what());
        if (before == null || before.place().version() < write.place().version()) {
            add(write);
        } else {
            requireSaved();
        }
    }

    /**
     * Forgets the writes about something that got its right back; but not what took it away again since, which may come
     * here first.
     *
     * @param version the version of the record in which it has its right
     */
    synchronized void cancel(Uid of, long version) {
        Cancel cancel = new Cancel(of, version);
        if (drop(cancel)) {
            save(JournalFile.Line.cancelled(cancel));
        }
    }

    /**
     * Saves what could not be saved before.
     *
     * @throws AdminException if it still cannot be
     */
    synchronized void requireSaved() {
        if (unsaved) {
            save();
        }
    }

    /** The writes that were not found in an epoch yet, oldest first. */
    synchronized List<Kept> notFoundIn(String epoch) {
        return kept.values().stream()
                .filter(write -> isYoung(write) && !write.epoch().equals(epoch))
                .toList();
    }

    /** Notes that a write was looked for in an epoch, unless it was replaced meanwhile. */
    synchronized void found(Kept write, String epoch) {
        kept.computeIfPresent(write.what(), (what, now) -> now.equals(write) ? now.foundIn(epoch) : now);
    }

    /** How many writes are kept. */
    synchronized int size() {
        return kept.size();
    }

    private synchronized void put(Kept write) {
        Kept before = kept.get(write.what());
        if (before != null && before.place().version() > write.place().version()) {
            return;
        }
        kept.remove(write.what());
        dropAged();
        kept.put(write.what(), write);
        if (kept.size() > MOST) {
            Kept oldest = kept.values().iterator().next();
            LOG.warn(
                    "journal_full dropped={} kind={}",
                    oldest.command().name(),
                    oldest.command().kind().rpc());
            kept.remove(oldest.what());
        }
    }

    /** The ones that were kept longest come first. */
    private synchronized void dropAged() {
        Iterator<Kept> oldest = kept.values().iterator();
        while (oldest.hasNext() && !isYoung(oldest.next())) {
            oldest.remove();
        }
    }

    private synchronized boolean drop(Cancel cancel) {
        return kept.values()
                .removeIf(write -> write.of().equals(cancel.of())
                        && write.place().version() < cancel.version()
                        && write.command().kind().canBeGivenBack());
    }

    private synchronized void save(JournalFile.Line line) {
        lines++;
        if (unsaved || lines > SLACK + 2 * kept.size()) {
            save();
            return;
        }
        try {
            file.append(line);
        } catch (IOException e) {
            LOG.warn("journal_not_appended detail={}", e.toString());
            save();
        }
    }

    private synchronized void save() {
        try {
            rewrite();
        } catch (IOException e) {
            unsaved = true;
            LOG.error("journal_not_written detail={}", e.toString());
            throw AdminStore.failed(Reason.INTERNAL, Effect.UNKNOWN);
        }
    }

    private synchronized void rewrite() throws IOException {
        kept.values().removeIf(write -> !isYoung(write));
        file.replace(kept.values().stream().map(JournalFile.Line::added).toList());
        lines = kept.size();
        unsaved = false;
    }

    private boolean isYoung(Kept write) {
        return clock.instant().isBefore(write.time().plus(KEPT));
    }
}
