package io.keywarden.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.v1.StoreRecord;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The record of the store itself, under {@link RecordKey#STORE}: it tells this store from an emptied or another one, since a
 * missing record means nothing there; and it holds what all replicas and Admin promise. Safe for use by several threads.
 */
public final class StoreMarker {
    private final RecordJudge judge;
    /** Which store this is: given, or the first one seen. Set once. */
    private final AtomicReference<@Nullable Uid> incarnation;
    /** The newest marker that was judged to be right. */
    private final AtomicReference<@Nullable Seen> seen = new AtomicReference<>();

    private record Seen(ByteString bytes, long version, Bounds bounds, int replicasToConfirm) {}

    /**
     * Makes one.
     *
     * @param incarnation which store it has to be; empty takes the first one that is seen
     */
    public StoreMarker(RecordJudge judge, Optional<Uid> incarnation) {
        this.judge = judge;
        this.incarnation = new AtomicReference<>(incarnation.orElse(null));
    }

    /** Which store this is, where that is known by now. */
    public Optional<Uid> incarnation() {
        return Optional.ofNullable(incarnation.get());
    }

    /** What the newest marker promises; {@link Bounds#DEFAULT} before one was seen. */
    public Bounds bounds() {
        Seen known = seen.get();
        return known == null ? Bounds.DEFAULT : known.bounds();
    }

    /** How many replicas have to confirm a write, by the newest marker; see {@link #replicasToConfirm(StoreRecord)}. */
    public int replicasToConfirm() {
        Seen known = seen.get();
        return known == null ? Bounds.DEFAULT.replicas() : known.replicasToConfirm();
    }

    /** To be called before a read of the marker is sent. */
    public RecordJudge.Expectation expect() {
        return judge.expect(RecordKey.STORE);
    }

    /**
     * Says what is wrong with a marker that was read; empty where it is right. The same bytes as last time cost nothing.
     *
     * @param expectation from before the read was sent
     */
    public Optional<Decision.CannotTell> defect(RecordJudge.Expectation expectation, Optional<ByteString> value) {
        Seen known = seen.get();
        if (known != null && value.isPresent() && known.bytes().equals(value.get())) {
            return Optional.empty();
        }
        if (value.isEmpty()) {
            return stale("the store has no marker: it is empty, or not Keywarden's");
        }
        return expectation
                .open(value.get())
                .fold(
                        marker -> defect(expectation, marker),
                        tampered -> Optional.of(new Decision.CannotTell(Reason.RECORD_TAMPERED, tampered.detail())));
    }

    private Optional<Decision.CannotTell> defect(RecordJudge.Expectation expectation, StoredRecord marker) {
        Uid found;
        Bounds bounds;
        int replicasToConfirm;
        try {
            StoreRecord payload = StoreRecord.parseFrom(marker.payload());
            found = Uid.of(payload.getIncarnation().toByteArray());
            bounds = bounds(payload);
            replicasToConfirm = replicasToConfirm(payload);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return Optional.of(new Decision.CannotTell(Reason.INTERNAL, "the store's marker cannot be read: " + e));
        }
        incarnation.compareAndSet(null, found);
        if (!found.equals(incarnation.get())) {
            return stale("the store is " + found + " (expected: " + incarnation.get() + ")");
        }
        return expectation
                .notOlder(marker)
                .fold(
                        right -> {
                            see(new Seen(right.bytes(), right.version(), bounds, replicasToConfirm));
                            return Optional.empty();
                        },
                        absent -> stale("the store's marker is gone"),
                        unknown -> Optional.of(new Decision.CannotTell(unknown.reason(), unknown.detail())));
    }

    private void see(Seen mine) {
        seen.accumulateAndGet(mine, (known, next) -> known == null || next.version() >= known.version() ? next : known);
    }

    /**
     * What a marker promises.
     *
     * @throws IllegalArgumentException if something in it is out of range
     */
    public static Bounds bounds(StoreRecord payload) {
        return new Bounds(
                payload.hasLease() ? duration(payload.getLease()) : Bounds.DEFAULT.lease(),
                duration(payload.getLongestKnownAge()),
                payload.hasReplicas() ? payload.getReplicas() : Bounds.DEFAULT.replicas());
    }

    /**
     * How many replicas have to confirm a write: as many as before, where that is more and they have not confirmed the
     * marker that says otherwise. Who is cut off with an old master may still go by the number of before.
     */
    public static int replicasToConfirm(StoreRecord payload) {
        return Math.max(bounds(payload).replicas(), payload.getFormerReplicas());
    }

    private static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    private static Optional<Decision.CannotTell> stale(String detail) {
        return Optional.of(new Decision.CannotTell(Reason.STALE_STATE, detail));
    }
}
