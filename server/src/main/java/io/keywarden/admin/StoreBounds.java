package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.Bounds;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.v1.StoreRecord;
import java.time.Duration;
import java.time.Instant;

/** What the store's marker promises, and promised before: a replica may not yet know of a change. */
final class StoreBounds {
    /** How long a replica that is still connected may take to learn of other bounds. */
    static final Duration LEARNT_WITHIN = Duration.ofMinutes(1);

    private StoreBounds() {}

    /** The widest that a replica may still go by. */
    static Bounds widest(StoreRecord marker, Instant now) {
        Bounds current = StoreMarker.bounds(marker);
        boolean formerCounts = marker.hasFormerReplicas()
                || (marker.hasFormerEndTime()
                        && Timestamps.compare(RecordWrites.timestamp(now), marker.getFormerEndTime()) < 0);
        return formerCounts
                ? new Bounds(
                        KnownAge.longer(current.lease(), KnownAge.duration(marker.getFormerLease())),
                        KnownAge.longer(current.longestKnown(), KnownAge.duration(marker.getFormerLongestKnownAge())),
                        StoreMarker.replicasToConfirm(marker))
                : current;
    }

    /** Puts bounds into a new marker. */
    static StoreRecord.Builder put(StoreRecord.Builder marker, Bounds bounds) {
        return marker.setLease(duration(bounds.lease()))
                .setLongestKnownAge(duration(bounds.longestKnown()))
                .setReplicas(bounds.replicas());
    }

    /** A marker with other bounds; what it promised so far counts until the marker is {@link #settled}, and a while longer. */
    static StoreRecord changed(StoreRecord marker, Bounds bounds, Instant now) {
        Bounds former = widest(marker, now);
        return put(marker.toBuilder(), bounds)
                .setFormerLease(duration(former.lease()))
                .setFormerLongestKnownAge(duration(former.longestKnown()))
                .setFormerReplicas(former.replicas())
                .setFormerEndTime(end(now, former.lease(), former.longestKnown()))
                .build();
    }

    /** A marker that no master can miss any more; what it promised before counts until nobody can go by it any more. */
    static StoreRecord settled(StoreRecord marker, Instant now) {
        return marker.toBuilder()
                .clearFormerReplicas()
                .setFormerEndTime(end(
                        now,
                        KnownAge.duration(marker.getFormerLease()),
                        KnownAge.duration(marker.getFormerLongestKnownAge())))
                .build();
    }

    private static Timestamp end(Instant now, Duration lease, Duration longestKnown) {
        return RecordWrites.timestamp(now.plus(LEARNT_WITHIN).plus(lease).plus(longestKnown));
    }

    /** A duration as records hold it. */
    static com.google.protobuf.Duration duration(Duration duration) {
        return Durations.fromNanos(duration.toNanos());
    }
}
