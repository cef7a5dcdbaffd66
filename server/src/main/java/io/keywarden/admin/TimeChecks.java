package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import java.time.Duration;

/** Checks moments against the time at which a request is worked on. */
final class TimeChecks {
    /** How far ahead the end of a shadow may be. */
    private static final Duration LONGEST_SHADOW = Duration.ofDays(30);

    private TimeChecks() {}

    /** Notes the end of a shadow that is over, or too far ahead; what is not set is right. */
    static void shadow(FieldChecks checks, String field, Timestamp end, Timestamp now) {
        if (end.equals(Timestamp.getDefaultInstance())) {
            return;
        }
        boolean right = Timestamps.isValid(end)
                && Timestamps.compare(end, now) > 0
                && Timestamps.compare(end, Timestamps.add(now, Durations.fromSeconds(LONGEST_SHADOW.toSeconds()))) <= 0;
        checks.require(right, field, "a time in the future, at most " + LONGEST_SHADOW.toDays() + " days ahead");
    }
}
