package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.ExpiryNotice;
import io.keywarden.store.v1.FieldChange;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.List;
import java.util.Optional;

/**
 * Notes in the histories of tokens that they end soon, on the days before that their tenants chose. What was noted last stands in
 * the token's record, so each note is made once, whoever looks and however often.
 */
final class ExpiryNotices {
    private final AdminStore store;
    private final RecordWrites writes;

    ExpiryNotices(AdminStore store, RecordWrites writes) {
        this.store = store;
        this.writes = writes;
    }

    /** What a note would say of a token now: the fewest days that its end is within; empty where it is not near. */
    Optional<ExpiryNotice> due(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
        TokenRecord record = token.payload();
        return record.getState() == TokenRecord.State.ACTIVE
                ? TokenEnd.of(tenant.payload(), record)
                        .flatMap(end -> days(tenant.payload(), end)
                                .map(days -> ExpiryNotice.newBuilder()
                                        .setDays(days)
                                        .setEndTime(end)
                                        .build()))
                : Optional.empty();
    }

    private Optional<Integer> days(TenantRecord tenant, Timestamp end) {
        Timestamp now = writes.timestamp();
        return Timestamps.compare(end, now) <= 0
                ? Optional.empty()
                : tenant.getExpiryNoticeDaysList().stream()
                        .filter(days ->
                                Timestamps.compare(Timestamps.subtract(end, Durations.fromDays(days)), now) <= 0)
                        .min(Integer::compare);
    }

    /**
     * Makes a note, unless it, or one of fewer days, was made of this end already.
     *
     * @return whether it was made
     */
    boolean give(Entry<TokenRecord> token, ExpiryNotice due) {
        ExpiryNotice last = token.payload().getExpiryNotice();
        boolean given = last.getEndTime().equals(due.getEndTime()) && last.getDays() <= due.getDays();
        return !given && store.commit(commit(token, due)).isEmpty();
    }

    private Commit commit(Entry<TokenRecord> token, ExpiryNotice due) {
        FieldChange days = FieldChange.newBuilder()
                .setPath("expiry_notice_days")
                .setAfter(Integer.toString(due.getDays()))
                .build();
        EventDraft event = new EventDraft(Caller.itself(), "", "ExpiryNotice", List.of(days));
        RecordWrites.Write write = writes.next(
                token.stored(), token.payload().toBuilder().setExpiryNotice(due).build(), event);
        return new Commit(
                token.stored().key().slot(),
                Commit.Urgency.GROWS,
                List.of(write.change()),
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
    }
}
