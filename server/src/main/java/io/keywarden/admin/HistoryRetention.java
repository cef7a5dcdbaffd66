package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.keywarden.history.HistoryChain;
import io.keywarden.store.Commit;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.FieldChange;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.SlotTag;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the events of histories that are older than their tenant keeps them. An event says up to which one, and holds its hash,
 * so that the chain is as provable as before: what is missing without such an event was not dropped by Admin. A history that is
 * not whole is left as it is.
 */
final class HistoryRetention {
    /** How many events are dropped at once. */
    static final int MOST = 500;
    /** What it is kept longer, so that not every event that is dropped takes one that says so: this part of it. */
    private static final int SLACK = 10;

    private static final int OWNERS = 100;
    private static final Logger LOG = LoggerFactory.getLogger(HistoryRetention.class);

    private final AdminStore store;
    private final RecordWrites writes;

    HistoryRetention(AdminStore store, RecordWrites writes) {
        this.store = store;
        this.writes = writes;
    }

    /** Looks at a tenant's own history and at those of its owners, and answers how many became shorter. */
    int ofTenant(Entry<TenantRecord> tenant) {
        if (!tenant.payload().hasHistoryRetention()) {
            return 0;
        }
        int count = look(tenant, tenant.stored()) ? 1 : 0;
        SlotTag slot = tenant.stored().key().slot();
        IndexKey owners = IndexKey.owners(slot, tenant.uid());
        List<String> members = store.list(owners, "", OWNERS);
        while (!members.isEmpty()) {
            List<RecordKey> keys = members.stream()
                    .flatMap(member -> ListOwners.key(slot, member).stream())
                    .toList();
            for (Optional<StoredRecord> owner : store.read(keys)) {
                count += owner.isPresent() && look(tenant, owner.get()) ? 1 : 0;
            }
            members = store.list(owners, members.get(members.size() - 1), OWNERS);
        }
        return count;
    }

    /**
     * Drops what is due of a history. It is compared with what was read, so it may be done by several at once.
     *
     * @return whether something was dropped
     */
    boolean look(Entry<TenantRecord> tenant, StoredRecord subject) {
        if (!tenant.payload().hasHistoryRetention() || subject.chain().count() == 0) {
            return false;
        }
        com.google.protobuf.Duration kept = tenant.payload().getHistoryRetention();
        Timestamp end = Timestamps.subtract(writes.timestamp(), kept);
        Timestamp due = Timestamps.subtract(end, Durations.fromMillis(Durations.toMillis(kept) / SLACK));
        List<ByteString> oldest = store.events(subject.key(), 1, 1);
        if (oldest.isEmpty() || !isBefore(HistoryWalk.parse(oldest.get(0)), due)) {
            return false;
        }
        Optional<ChainHead> last = last(subject, end);
        return last.isPresent()
                && isWhole(subject)
                && store.commit(commit(subject, last.get())).isEmpty();
    }

    /** The last one that is to be dropped; empty where nothing would be but events that say what was dropped. */
    private Optional<ChainHead> last(StoredRecord subject, Timestamp end) {
        Optional<ChainHead> last = Optional.empty();
        boolean isWorthIt = false;
        for (ByteString bytes : store.events(subject.key(), 1, MOST)) {
            EventRecord event = HistoryWalk.parse(bytes);
            if (!isBefore(event, end) || event.getSequence() > subject.chain().count()) {
                break;
            }
            isWorthIt |= !event.hasDropped();
            last = Optional.of(new ChainHead(event.getSequence(), new HistoryChain(subject.key()).hash(bytes)));
        }
        return isWorthIt ? last : Optional.empty();
    }

    private static boolean isBefore(EventRecord event, Timestamp end) {
        return Timestamps.compare(event.getTime(), end) < 0;
    }

    /** What somebody did to a history must not go with what is dropped. */
    private boolean isWhole(StoredRecord subject) {
        boolean whole =
                new HistoryWalk(store, subject, (sequence, hash) -> {}).run().isEmpty();
        boolean same = whole
                || store.read(subject.key())
                        .filter(now -> now.version() == subject.version())
                        .isPresent();
        // Otherwise another Admin has dropped the same events meanwhile.
        if (!whole && same) {
            LOG.error("history_not_whole key={} dropped=nothing", subject.key().text());
        }
        return whole;
    }

    private Commit commit(StoredRecord subject, ChainHead last) {
        FieldChange dropped = FieldChange.newBuilder()
                .setPath("dropped_through_sequence")
                .setAfter(Long.toString(last.count()))
                .build();
        EventDraft event = new EventDraft(Caller.itself(), "", "DropEvents", List.of(dropped));
        RecordWrites.Write write = writes.dropping(subject, event, last);
        return new Commit(
                subject.key().slot(),
                Commit.Urgency.GROWS,
                List.of(write.change()),
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
    }
}
