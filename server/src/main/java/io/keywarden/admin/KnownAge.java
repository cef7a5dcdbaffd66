package io.keywarden.admin;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.Bounds;
import io.keywarden.store.v1.TenantRecord;
import java.time.Duration;
import java.time.Instant;

/** For how long after its lease a replica may go on with what a write replaces, because of outage policies. */
@FunctionalInterface
interface KnownAge {
    /** Something new: nothing of it can be known from before. */
    KnownAge NOTHING_KNOWN = (widest, now) -> Duration.ZERO;
    /** Something that tenants share: any policy there may be. */
    KnownAge OF_ANY_TENANT = (widest, now) -> widest.longestKnown();

    /**
     * The longest.
     *
     * @param widest what the store's marker promises, or promised not long ago
     */
    Duration longest(Bounds widest, Instant now);

    /** Of a tenant's tokens and of itself: what its policy is, or was until not long ago. */
    static KnownAge of(TenantRecord tenant) {
        return (widest, now) -> {
            Duration age = duration(tenant.getMaxKnownAge());
            boolean formerCounts = tenant.hasFormerMaxKnownAge()
                    && Timestamps.compare(RecordWrites.timestamp(now), tenant.getFormerMaxKnownAgeEndTime()) < 0;
            return formerCounts ? longer(age, duration(tenant.getFormerMaxKnownAge())) : age;
        };
    }

    /** The longer one. */
    static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** A duration as records hold it. */
    static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofNanos(Durations.toNanos(duration));
    }
}
