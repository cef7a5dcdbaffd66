package io.keywarden.admin;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.admin.v1.RotationPolicy;
import io.keywarden.store.Commit.Listing;
import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.store.v1.TokenRecordOrBuilder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * When the secrets of tokens are replaced by themselves. Each token's record says when it is next; the list of a tenant's
 * tokens in that order is a hint, which who reads it compares with the record.
 */
final class RotationSchedule {
    private static final Duration SHORTEST = Durations.fromMinutes(5);
    private static final Duration LONGEST = Durations.fromDays(366);
    private static final String PERIOD_RULE = "whole seconds, 5 minutes to 366 days";
    private static final Set<TokenRecord.State> LASTS = Set.of(TokenRecord.State.ACTIVE, TokenRecord.State.DISABLED);
    /** What part of a period a rotation can be early. */
    private static final int EARLY = 10;

    private final SecureRandom random;

    RotationSchedule(SecureRandom random) {
        this.random = random;
    }

    /** Notes what is wrong with a policy by itself. */
    static void check(FieldChecks checks, String field, RotationPolicy policy) {
        boolean period = Durations.isValid(policy.getPeriod())
                && Durations.compare(policy.getPeriod(), SHORTEST) >= 0
                && Durations.compare(policy.getPeriod(), LONGEST) <= 0
                && Durations.compare(policy.getPeriod(), Durations.fromSeconds(Durations.toSeconds(policy.getPeriod())))
                        == 0;
        checks.require(period, field + ".period", PERIOD_RULE);
        boolean grace = !policy.hasGracePeriod() || TokenSecrets.isGracePeriod(policy.getGracePeriod());
        checks.require(grace, field + ".grace_period", TokenSecrets.GRACE_PERIOD_RULE);
    }

    /** Throws where nobody could get the secrets that would be made (ROTATION_HAS_NO_CONSUMER). */
    static void requireConsumer(TenantRecord tenant, TokenRecordOrBuilder token, String name) {
        if (token.hasRotationPeriod() && !hasConsumer(tenant, token)) {
            throw new AdminException(new AdminFailure.WrongState(
                    ErrorReason.ROTATION_HAS_NO_CONSUMER,
                    name,
                    "would get secrets that nobody could receive (expected: a delivery_jwk, or a tenant that keeps secrets"
                            + " RECOVERABLE)"));
        }
    }

    /** Whether somebody can get the secrets that are made. */
    static boolean hasConsumer(TenantRecord tenant, TokenRecordOrBuilder token) {
        return tenant.getRecoverable() || !token.getDeliveryJwk().isEmpty();
    }

    /** Plans the next rotation of a token that was made or rotated now, or got another policy; none where it has no policy. */
    void plan(TokenRecord.Builder token, Timestamp now) {
        token.clearNextRotationTime();
        if (!token.hasRotationPeriod()) {
            return;
        }
        long period = Durations.toSeconds(token.getRotationPeriod());
        Timestamp last =
                token.hasRotateTime() ? token.getRotateTime() : token.hasCreateTime() ? token.getCreateTime() : now;
        long early = random.nextLong(period / EARLY + 1);
        Timestamp next = Timestamps.add(last, Durations.fromSeconds(period - early));
        // One that is overdue by a new policy is not done at the same moment as all the others that got it too.
        Timestamp soonest = Timestamps.add(now, Durations.fromSeconds(random.nextLong(period / EARLY + 1)));
        token.setNextRotationTime(Timestamps.compare(next, soonest) < 0 ? soonest : next);
    }

    /** Whether a token's secret is to be replaced by now. */
    static boolean isDue(TokenRecord token, Timestamp now) {
        return member(token).isPresent() && Timestamps.compare(token.getNextRotationTime(), now) <= 0;
    }

    /** What has to be done to the list when a token changes. */
    static List<Listing> listings(Entry<TenantRecord> tenant, Optional<TokenRecord> before, TokenRecord after) {
        Optional<String> was = before.flatMap(RotationSchedule::member);
        Optional<String> is = member(after);
        if (was.equals(is)) {
            return List.of();
        }
        IndexKey list = list(tenant);
        List<Listing> listings = new ArrayList<>();
        was.ifPresent(member -> listings.add(new Listing(list, member, false)));
        is.ifPresent(member -> listings.add(new Listing(list, member, true)));
        return listings;
    }

    /** The list of a tenant's tokens that are rotated by themselves, the next one first. */
    static IndexKey list(Entry<TenantRecord> tenant) {
        return IndexKey.rotations(tenant.stored().key().slot(), tenant.uid());
    }

    /** A token's entry in the list; empty where it is not rotated, or ended for good. */
    static Optional<String> member(TokenRecord token) {
        return token.hasNextRotationTime() && LASTS.contains(token.getState())
                ? Optional.of(member(token.getNextRotationTime(), token.getId()))
                : Optional.empty();
    }

    /** An entry of the list: what is due at a moment stands before the entry of that moment and no id. */
    static String member(Timestamp time, String id) {
        return String.format(Locale.ROOT, "%020d|%s", Timestamps.toMillis(time), id);
    }
}
